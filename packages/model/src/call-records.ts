// The record of every call, one JSON line each: what was asked (by digest), what was said, what it cost. Budgets are counted from it.
import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';

export const ModelCall = z.object({
  at: z.string(),
  purpose: z.string(),
  model: z.string(),
  promptDigest: z.string(),
  redacted: z.number(),
  /** Null where none came. */
  answer: z.string().nullable(),
  /** What became of it: `proposed`, or why it was not used. */
  outcome: z.string(),
  usage: z.object({ inputTokens: z.number(), outputTokens: z.number() }).nullable(),
  /** US dollars; null where no prices are known. */
  usd: z.number().nullable(),
  ms: z.number(),
});
export type ModelCall = z.infer<typeof ModelCall>;

/** A file of calls. A line that cannot be read (its writer died in it) counts for nothing and hides no other. */
export class CallRecords {
  readonly #file: string;
  constructor(file: string) {
    this.#file = file;
  }

  async read(): Promise<ModelCall[]> {
    const text = await readFile(this.#file, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return '';
      throw error;
    });
    return text.split('\n').flatMap((line) => {
      const call = ModelCall.safeParse(parse(line));
      return call.success ? [call.data] : [];
    });
  }

  /** For its owner only: answers may repeat what was asked. Begins on a line of its own, whatever the last writer left. */
  async add(call: ModelCall): Promise<void> {
    await mkdir(dirname(this.#file), { recursive: true, mode: 0o700 });
    await appendFile(this.#file, `\n${JSON.stringify(call)}\n`, { mode: 0o600 });
  }
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
