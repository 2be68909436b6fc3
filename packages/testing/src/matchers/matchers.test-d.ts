import { expect } from '@jest/globals'
import { expect as vitestExpect } from 'vitest'
// The doors declare the matchers to their runners.
import type {} from '../jest.js'
import type {} from '../vitest.js'

const failure: unknown = new Error()

expect(failure).toBeHostError('PHASE_FAILED', { module: 'users' })
expect(failure).toBeHostError('A_CODE_OF_A_CONTRACT')
void expect(Promise.reject(new Error())).rejects.toBeHostError('CANCELLED')
void expect(failure).toBeProblem({ status: 404, errors: [{ field: '/id' }] })
// @ts-expect-error details are those of the code
expect(failure).toBeHostError('PHASE_FAILED', { modul: 'users' })
// @ts-expect-error a problem has members of its own
void expect(failure).toBeProblem({ statuscode: 404 })

vitestExpect(failure).toBeHostError('PHASE_FAILED', { module: 'users' })
void vitestExpect(failure).toBeProblem(404)
// @ts-expect-error details are those of the code
vitestExpect(failure).toBeHostError('PHASE_FAILED', { modul: 'users' })
