import { readFileSync } from 'node:fs'

/**
 * Passed and failed tests of one vitest run, by its JSON report and exit code. A file that could not run counts as
 * one failed test, and so does a run that failed or crashed without a failed test.
 */
export const countTests = (reportFile, exitCode) => {
  const report = readReport(reportFile)
  if (report === undefined) return { passed: 0, failed: 1 }
  const brokenFiles = report.testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
  )
  const failed = report.numFailedTests + brokenFiles.length
  const crashed = failed === 0 && (exitCode !== 0 || report.numPassedTests === 0)
  return { passed: report.numPassedTests, failed: crashed ? 1 : failed }
}

const readReport = (file) => {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return undefined
  }
}
