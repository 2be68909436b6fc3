import { fileURLToPath } from 'node:url'
import { describe, expect, test } from '@jest/globals'
import { loadService } from '../src/index.js'
import { calculatorProto, calculatorService } from './calculator.js'

const fixture = (name: string): URL => new URL(`./fixtures/${name}`, import.meta.url)

test.each([
  ['a URL', calculatorProto],
  ['the text of a URL', calculatorProto.href],
  ['a path', fileURLToPath(calculatorProto)],
])('the proto file is given as %s', (_, proto) => {
  expect(Object.keys(loadService(proto, calculatorService))).toEqual(['Add', 'CountTo', 'Sum', 'RunningSum', 'Reset'])
})

test('messages look as the JSON mapping of proto3 writes them', () => {
  const add = loadService(calculatorProto, calculatorService)['Add']
  const sent = { allValues: ['9223372036854775807'], rounding: 'ROUNDING_UP' }
  expect(add?.requestDeserialize(add.requestSerialize(sent))).toEqual({ ...sent, note: Buffer.alloc(0) })
})

describe('what cannot be loaded', () => {
  test('a service that the file does not have, naming those that it has', () => {
    expect(() => loadService(calculatorProto, 'calculator.v1.Calculater')).toThrow(
      'The gRPC service "calculator.v1.Calculater" is not legal: calculator.proto has only "calculator.v1.Calculator".',
    )
  })

  test('a message is no service', () => {
    expect(() => loadService(calculatorProto, 'calculator.v1.Total')).toThrow('has only "calculator.v1.Calculator"')
  })

  test('a file that does not parse, with the place', () => {
    expect(() => loadService(fixture('broken.proto'), 'Broken')).toThrow(/broken\.proto could not be loaded: .*line/)
  })

  test('a file that does not exist', () => {
    expect(() => loadService(fixture('missing.proto'), 'Missing')).toThrow(/missing\.proto could not be loaded: ENOENT/)
  })
})
