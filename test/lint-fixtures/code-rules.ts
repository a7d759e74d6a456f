import type { LintFixture } from './lint-fixture.ts'

const lines = (count: number, line: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => line(index)).join('\n')

export const codeRules: readonly LintFixture[] = [
  {
    rule: 'import(no-cycle)',
    file: 'packages/cache-core/src/flight/one.ts',
    code: `import { two } from './two.ts'\nexport const one = (): unknown => two`,
    beside: {
      'packages/cache-core/src/flight/two.ts': `import { one } from './one.ts'\nexport const two = (): unknown => one`,
    },
  },
  {
    rule: 'import(no-default-export)',
    file: 'packages/cache-core/src/default-export.ts',
    code: 'export default 1',
  },
  {
    rule: 'eslint(max-lines)',
    file: 'packages/cache-core/src/many-lines.ts',
    code: `// Comments count too.\n${lines(300, (index) => `export const line${index} = ${index}`)}`,
  },
  {
    rule: 'eslint(max-lines-per-function)',
    file: 'packages/cache-core/src/long-function.ts',
    code: `export function long(log: (n: number) => void): void {\n${lines(60, (index) => `  log(${index})`)}\n}`,
  },
  {
    rule: 'eslint(max-params)',
    file: 'packages/cache-core/src/many-params.ts',
    code: 'export const sum = (a: number, b: number, c: number, d: number): number => a + b + c + d',
  },
  {
    rule: 'eslint(no-console)',
    file: 'packages/express-middleware/src/prints.ts',
    code: `export const print = (): void => console.log('hit')`,
  },
  {
    rule: 'eslint(no-unused-vars)',
    file: 'packages/cache-core/src/unused.ts',
    code: 'const unused = 1\nexport const used = 2',
  },
  {
    rule: 'eslint(no-warning-comments)',
    file: 'packages/cache-core/src/postponed.ts',
    code: `// ${'TODO'}: later\nexport const postponed = 1`,
  },
  {
    rule: 'typescript(consistent-type-imports)',
    file: 'packages/cache-core/src/type-import.ts',
    code: `import { Shape } from './shape.ts'\nexport const area = (shape: Shape): number => shape.area`,
    beside: { 'packages/cache-core/src/shape.ts': 'export interface Shape { readonly area: number }' },
  },
  {
    rule: 'typescript(no-explicit-any)',
    file: 'packages/cache-core/src/any-value.ts',
    code: 'export const anyValue = (value: any): unknown => value',
  },
  {
    rule: 'typescript(no-floating-promises)',
    file: 'packages/cache-core/src/floating.ts',
    code: 'export function start(run: () => Promise<void>): void {\n  run()\n}',
  },
  {
    rule: 'typescript(no-misused-promises)',
    file: 'packages/cache-core/src/misused.ts',
    code: 'export const isTrue = (ask: () => Promise<boolean>): number => (ask() ? 1 : 2)',
  },
  {
    rule: 'typescript(switch-exhaustiveness-check)',
    file: 'packages/cache-core/src/not-exhaustive.ts',
    code: `export function rank(tier: 'memory' | 'redis'): number {
  switch (tier) {
    case 'memory':
      return 1
  }
  return 2
}`,
  },
  {
    rule: 'unicorn(filename-case)',
    file: 'packages/cache-core/src/notKebab.ts',
    code: 'export const notKebab = 1',
  },
  {
    rule: 'vitest(no-disabled-tests)',
    file: 'packages/cache-core/test/skipped.test.ts',
    code: `import { expect, test } from 'vitest'\ntest.skip('waits', () => expect(1).toBe(1))`,
  },
  {
    rule: 'vitest(no-focused-tests)',
    file: 'packages/cache-core/test/focused.test.ts',
    code: `import { expect, test } from 'vitest'\ntest.only('runs alone', () => expect(1).toBe(1))`,
  },
]
