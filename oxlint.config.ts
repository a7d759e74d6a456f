import { defineConfig } from 'oxlint'

import { importBoundaries } from './scripts/lint/import-boundaries.ts'

export default defineConfig({
  plugins: ['eslint', 'typescript', 'unicorn', 'oxc', 'import', 'promise', 'node', 'vitest'],
  options: { typeAware: true, denyWarnings: true, reportUnusedDisableDirectives: 'error' },
  categories: { correctness: 'error' },
  ignorePatterns: ['**/dist/**', '**/*.generated.ts', 'test/consumers/**'],
  rules: {
    'import/no-cycle': 'error',
    'import/no-default-export': 'error',
    'max-lines': ['error', { max: 300 }],
    'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
    'max-params': ['error', { max: 3 }],
    'no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
    'no-warning-comments': ['error', { terms: ['todo', 'fixme', 'xxx'] }],
    'typescript/consistent-type-imports': 'error',
    'typescript/no-explicit-any': 'error',
    'typescript/no-floating-promises': 'error',
    'typescript/no-misused-promises': 'error',
    'typescript/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    'unicorn/filename-case': ['error', { case: 'kebabCase' }],
    'promise/no-callback-in-promise': 'off',
    'vitest/no-disabled-tests': 'error',
    'vitest/no-focused-tests': 'error',
    'vitest/require-mock-type-parameters': 'off',
  },
  overrides: [
    { files: ['packages/*/src/**'], rules: { 'no-console': 'error' } },
    {
      files: ['**/test/**'],
      rules: { 'max-lines-per-function': 'off', 'max-params': 'off', 'typescript/unbound-method': 'off' },
    },
    { files: ['*.config.ts', '**/*.config.ts'], rules: { 'import/no-default-export': 'off' } },
    // Express knows an error handler by its four parameters.
    {
      files: ['packages/express-middleware/src/**', 'examples/**'],
      rules: { 'max-params': ['error', { max: 4 }] },
    },
    { files: ['**/*.test-d.ts'], rules: { 'vitest/expect-expect': 'off' } },
    ...importBoundaries,
  ],
})
