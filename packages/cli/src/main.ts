#!/usr/bin/env node
import { runInProcess } from './command-line/run-in-process.js'

void runInProcess(process.argv.slice(2))
