// observe.logs: the last lines that a revision wrote, without secrets: they become evidence, and part of a goal's log.
import { open } from 'node:fs/promises';
import { type observeLogs, revisionLog, TerminalError } from '@awo/contracts';
import { redact } from '@awo/telemetry';
import type { z } from 'zod';
import { findService } from './places.ts';

const MAX_LINE = 2000;
const MAX_BYTES = 1024 * 1024;

export const logs =
  (home: string) =>
  async (args: z.infer<typeof observeLogs.input>): Promise<z.infer<typeof observeLogs.output>> => {
    const service = findService(home, args.environment, args.service);
    if (!service.revisions.some((r) => r.revision === args.revision)) {
      const known = service.revisions.map((r) => r.revision.slice(0, 12)).join(', ');
      throw new TerminalError('unknown-revision', `${args.service} in ${args.environment} has no ${args.revision.slice(0, 12)}. Known: ${known}.`);
    }
    const file = revisionLog(home, args.environment, args.service, args.revision);
    const lines = await lastLines(file);
    // The log may just have been rotated.
    const before = lines.length < args.lines ? await lastLines(`${file}.1`) : [];
    return { lines: [...before, ...lines].slice(-args.lines).map((line) => line.slice(0, MAX_LINE)) };
  };

async function lastLines(path: string): Promise<string[]> {
  const file = await open(path).catch(() => null);
  if (file === null) return [];
  try {
    const { size } = await file.stat();
    const bytes = Buffer.alloc(Math.min(size, MAX_BYTES));
    await file.read(bytes, 0, bytes.length, size - bytes.length);
    const lines = redact(bytes.toString('utf8')).text.split(/\r?\n/);
    // Cut in the middle of a line, and the empty string after the last one.
    if (size > bytes.length) lines.shift();
    if (lines.at(-1) === '') lines.pop();
    return lines;
  } finally {
    await file.close();
  }
}
