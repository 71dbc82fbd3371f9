// observe.log-count: how many lines of a revision's log hold a text. A total that begins anew when the log is rotated away.
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { type observeLogCount, revisionLog } from '@awo/contracts';
import type { z } from 'zod';
import { findService } from './places.ts';

/** Throws TerminalError `unknown-environment` or `unknown-service`. A revision without a log has no lines. */
export const logCount =
  (home: string) =>
  async ({ environment, service, revision, text }: z.infer<typeof observeLogCount.input>): Promise<z.infer<typeof observeLogCount.output>> => {
    findService(home, environment, service);
    const file = revisionLog(home, environment, service, revision);
    const counts = await Promise.all([countIn(`${file}.1`, text), countIn(file, text)]);
    return { at: new Date().toISOString(), lines: counts.reduce((sum, n) => sum + n, 0) };
  };

async function countIn(path: string, text: string): Promise<number> {
  const stream = createReadStream(path, 'utf8');
  let count = 0;
  try {
    for await (const line of createInterface({ input: stream, crlfDelay: Infinity })) if (line.includes(text)) count += 1;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  return count;
}
