// A reporter for vitest: errors that belong to no test. They end a run with 1, and its JSON report leaves them out.
import { rmSync, writeFileSync } from 'node:fs';

/** Beside the JSON report of the same run. */
export const outsideErrorsOf = (report) => `${report}.outside`;

export default class OutsideErrors {
  onInit({ config }) {
    this.path = outsideErrorsOf(config.outputFile.json);
    // One of an earlier run would be told again.
    rmSync(this.path, { force: true });
  }

  onTestRunEnd(_modules, errors) {
    if (errors.length > 0) writeFileSync(this.path, JSON.stringify(errors.map(told)));
  }
}

/** `VITEST_TEST_NAME`: the last test that was running in that worker; the error may be another's. */
const told = ({ stack, message, VITEST_TEST_NAME, VITEST_TEST_PATH }) => ({
  near: [VITEST_TEST_PATH, VITEST_TEST_NAME].filter(Boolean).join(' > '),
  text: stack ?? message ?? 'an error without a text',
});
