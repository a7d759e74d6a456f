import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'

import { policyViolations, type Workflow } from '../../scripts/check/workflow-policy.ts'

const sound = `
permissions: {}
concurrency: ci
jobs:
  unit:
    timeout-minutes: 5
    permissions:
      contents: read
    steps:
      - uses: actions/checkout@0123456789012345678901234567890123456789 # v7.0.1
        with:
          persist-credentials: false
      - uses: pnpm/setup@0123456789012345678901234567890123456789 # v2.0.2
        with:
          install: false
      - run: pnpm install --frozen-lockfile
`

function violations(source: string): string[] {
  return policyViolations(source, parse(source) as Workflow)
}

describe('the policy for workflows', () => {
  test('accepts a workflow that keeps every rule', () => {
    expect(violations(sound)).toEqual([])
  })

  test.each([
    ['an action named by a tag', '@0123456789012345678901234567890123456789 # v7.0.1', '@v7', 'not pinned'],
    ['a pinned action without its version', ' # v7.0.1', '', 'not pinned'],
    [
      'a token left behind by the checkout',
      'persist-credentials: false',
      'fetch-depth: 0',
      'keeps the token',
    ],
    ['an install that may change the lockfile', ' --frozen-lockfile', '', 'without --frozen-lockfile'],
    ['an action that installs by itself', 'install: false', 'cache: true', 'installs by itself'],
    ['permissions for every job', 'permissions: {}', 'permissions: { contents: read }', 'at the top'],
    ['no concurrency', 'concurrency: ci', '', 'names no concurrency'],
    ['no time limit', '    timeout-minutes: 5\n', '', 'no timeout-minutes'],
    [
      'an identity token without an environment',
      'contents: read',
      'id-token: write',
      'protected environment',
    ],
  ])('refuses %s', (_what, kept, broken, message) => {
    expect(violations(sound.replace(kept, broken))).toEqual([expect.stringContaining(message)])
  })
})
