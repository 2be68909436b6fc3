import { expect, test } from '@jest/globals'
import { grpcChoiceOf } from './choice.js'

test('without names everything is measured, and nothing is profiled', () => {
  expect(grpcChoiceOf()).toEqual({
    ways: ['tcp', 'unix'],
    workloads: ['unary-1', 'unary-64', 'stream-1', 'stream-64'],
    profile: false,
  })
})

test('names of ways leave out the other way, names of workloads the others', () => {
  expect(grpcChoiceOf(['unix', 'unary-1', 'profile'])).toEqual({
    ways: ['unix'],
    workloads: ['unary-1'],
    profile: true,
  })
  expect(grpcChoiceOf(['stream-64'])).toMatchObject({ ways: { length: 2 }, workloads: ['stream-64'] })
})

test('a name that is none is told with those that are', () => {
  expect(() => grpcChoiceOf(['udp'])).toThrow(/--only knows tcp, unix, unary-1.*profile, and not udp\./)
})
