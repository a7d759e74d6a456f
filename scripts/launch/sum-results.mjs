// Prints the one line that sums both phases: node sum-results.mjs TEST_REPORT TEST_EXIT_CODE MATRIX_SUMMARY MATRIX_EXIT_CODE
import { readFileSync } from 'node:fs'
import { countTests } from './count-tests.mjs'

const [testReport, testCode, matrixSummary, matrixCode] = process.argv.slice(2)

const countMatrix = (file, exitCode) => {
  try {
    const { passed, failed } = JSON.parse(readFileSync(file, 'utf8'))
    if (!Number.isInteger(passed) || !Number.isInteger(failed)) return { passed: 0, failed: 1 }
    return { passed, failed: failed === 0 && exitCode !== 0 ? 1 : failed }
  } catch {
    return { passed: 0, failed: 1 }
  }
}

const tests = countTests(testReport, Number(testCode))
const matrix = countMatrix(matrixSummary, Number(matrixCode))
const failed = tests.failed + matrix.failed
process.exitCode = failed === 0 ? 0 : 1
console.log(`${tests.passed + matrix.passed} passed, ${failed} failed`)
