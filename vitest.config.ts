import { defineConfig } from 'vitest/config'

import { matrixAliases } from './internal/services/src/matrix-aliases.ts'

/** The packages meet each other as sources, so that no test but those of the tarballs needs a build. */
const conditions = ['@vidnest/source', 'node', 'module', 'development|production']
const fromSource = { resolve: { conditions, alias: matrixAliases() }, ssr: { resolve: { conditions } } }
const exclude = ['**/node_modules/**', '**/dist/**']

export default defineConfig({
  test: {
    // Most tests wait for servers: more of them than cores run side by side.
    maxWorkers: 4,
    // Real servers, processes and signals on shared machines: there a test may try once more, and is then reported as flaky.
    retry: process.env['CI'] === 'true' ? 1 : 0,
    projects: [
      {
        ...fromSource,
        test: {
          name: 'unit',
          testTimeout: 30_000,
          include: [
            '{packages,internal,examples}/*/test/**/*.test.ts',
            'benchmarks/test/**/*.test.ts',
            'test/lint/**/*.test.ts',
            'test/scripts/**/*.test.ts',
          ],
          exclude: [...exclude, '**/*.int.test.ts'],
          setupFiles: ['./test/setup/fail-on-console.ts'],
        },
      },
      {
        ...fromSource,
        test: {
          name: 'int',
          include: [
            '{packages,internal,examples}/*/test/**/*.int.test.ts',
            'benchmarks/test/**/*.int.test.ts',
          ],
          exclude,
          globalSetup: ['./internal/services/src/vitest-global-setup.ts'],
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        ...fromSource,
        test: {
          name: 'types',
          include: [],
          typecheck: {
            enabled: true,
            only: true,
            checker: './scripts/check/tsc-for-vitest.sh',
            tsconfig: './tsconfig.types.json',
            include: ['packages/*/test/**/*.test-d.ts'],
            exclude,
          },
        },
      },
      {
        test: {
          name: 'package',
          include: ['test/package/**/*.test.ts'],
          globalSetup: ['./test/package/packed-packages.ts'],
          exclude,
          testTimeout: 120_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
})
