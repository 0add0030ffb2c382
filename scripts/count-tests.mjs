// Counts the tests in a JSON report of Vitest, as one line. Fails unless some passed and none failed.
import { existsSync, readFileSync } from 'node:fs';

const [file] = process.argv.slice(2);
const none = { numPassedTests: 0, numFailedTests: 0, numPendingTests: 0, numTodoTests: 0, testResults: [] };
const report = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : none;

// A file that cannot be loaded has no tests of its own, and counts as one that failed.
const broken = report.testResults.filter(
  ({ status, assertionResults }) => status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
);
const passed = report.numPassedTests;
const failed = report.numFailedTests + broken.length;
const skipped = report.numPendingTests + report.numTodoTests;
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exitCode = passed > 0 && failed === 0 ? 0 : 1;
