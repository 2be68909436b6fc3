#!/usr/bin/env node
import { runCommand } from './command.js'

const { lines, exitCode } = runCommand(process.argv.slice(2))
for (const line of lines) process.stdout.write(`${line}\n`)
process.exitCode = exitCode
