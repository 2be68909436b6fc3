import { readFile } from 'node:fs/promises'
import { expect, test } from '@jest/globals'
import * as swc from '@swc/core'
import * as esbuild from 'esbuild'
import typescript from 'typescript'
import { transformWithOxc } from 'vite'

const parameters = new URL('../fixtures/legacy/constructor-parameters.ts', import.meta.url)
const modules = new URL('../fixtures/compilers/application/worker.module.ts', import.meta.url)

// What these leave in their output is no JavaScript that Node could read.

test.each(['2022-03', '2023-11'])(
  'swc %s says nothing about decorated parameters and leaves them there',
  async (version) => {
    const { code } = await swc.transform(await readFile(parameters, 'utf8'), {
      filename: 'parameters.ts',
      swcrc: false,
      jsc: {
        target: 'es2022',
        parser: { syntax: 'typescript', decorators: true },
        transform: { decoratorVersion: version as '2022-03' },
      },
    })
    expect(code).toMatch(/@Inject\(\w+\)/)
  },
)

test('esbuild refuses decorated parameters where decorators are standard', async () => {
  const work = esbuild.transform(await readFile(parameters, 'utf8'), {
    loader: 'ts',
    target: 'es2022',
    logLevel: 'silent',
  })
  await expect(work).rejects.toThrow('Parameter decorators only work when experimental decorators are enabled')
})

test('TypeScript leaves standard decorators there for the target "esnext"', async () => {
  const compilerOptions = { target: typescript.ScriptTarget.ESNext }
  const { outputText } = typescript.transpileModule(await readFile(modules, 'utf8'), { compilerOptions })
  expect(outputText).toContain('@Module({')
})

test('esbuild leaves standard decorators there for the target "esnext"', async () => {
  const { code } = await esbuild.transform(await readFile(modules, 'utf8'), { loader: 'ts', target: 'esnext' })
  expect(code).toContain('@Module({')
})

test('the compiler of Vite leaves standard decorators there for every target', async () => {
  const { code } = await transformWithOxc(await readFile(modules, 'utf8'), 'worker.module.ts', { target: 'es2022' })
  expect(code).toContain('@Module({')
})
