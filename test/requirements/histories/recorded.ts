// The file format of recorded histories: one commit per line with its subject, sequence, and the very bytes that stood in the log.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** `commit` is the text of the commit, not an object: the hash chain is over its bytes. */
export type RecordedCommit = { subject: string; seq: number; commit: string };
export type RecordedHistory = { version: number; name: string; commits: RecordedCommit[] };

export const lineOf = ({ subject, seq, bytes }: { subject: string; seq: number; bytes: Uint8Array }): string =>
  `${JSON.stringify({ subject, seq, commit: new TextDecoder().decode(bytes) } satisfies RecordedCommit)}\n`;

/** All that were recorded, of every version of the commit schema. */
export function recordedHistories(): RecordedHistory[] {
  const folder = import.meta.dirname;
  const versions = readdirSync(folder).filter((name) => /^v\d+$/.test(name));
  return versions.flatMap((version) =>
    readdirSync(join(folder, version)).map((file) => ({
      version: Number(version.slice(1)),
      name: file.replace('.jsonl', ''),
      commits: readFileSync(join(folder, version, file), 'utf8')
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as RecordedCommit),
    })),
  );
}
