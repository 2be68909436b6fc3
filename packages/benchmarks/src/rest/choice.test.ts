import { expect, test } from '@jest/globals'
import { choiceOf } from './choice.js'
import { subjectNames } from './rest-subjects.js'

test('without names everything is measured, and nothing is profiled', () => {
  expect(choiceOf()).toMatchObject({
    subjects: subjectNames,
    workloads: ['get', 'post', 'list'],
    parts: ['latency', 'sizes'],
  })
})

test('names of subjects leave out the other subjects, and what is measured of fixed ones', () => {
  expect(choiceOf(['modkit', 'fastify'])).toMatchObject({
    subjects: ['fastify', 'modkit'],
    workloads: ['get', 'post', 'list'],
    parts: [],
  })
})

test('names of workloads and parts leave out the others', () => {
  expect(choiceOf(['get', 'modkit'])).toMatchObject({ subjects: ['modkit'], workloads: ['get'], parts: [] })
  expect(choiceOf(['latency'])).toMatchObject({ workloads: [], parts: ['latency'] })
  expect(choiceOf(['profile', 'post'])).toMatchObject({ workloads: ['post'], parts: ['profile'], profiled: ['post'] })
  expect(choiceOf(['profile'])).toMatchObject({ workloads: [], profiled: ['get', 'post', 'list'] })
})

test('a name that is none is told with those that are', () => {
  expect(() => choiceOf(['modkit', 'rails'])).toThrow(/--only knows .*modkit.*profile, and not rails\./)
})
