// Before any test: nats-server is there. In a fresh clone every file would build its own and run out of its time.
import { findNatsServer } from '@awo/embedded';

export async function setup(): Promise<void> {
  const env = { ...process.env };
  delete env['NATS_URL'];
  await findNatsServer({ env, report: ({ text }) => process.stderr.write(`${text}\n`) });
}
