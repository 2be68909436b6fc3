#!/usr/bin/env node
import { runInProcess } from '@modkit/cli'

void runInProcess(['new', 'app', ...process.argv.slice(2)])
