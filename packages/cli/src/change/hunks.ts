// The changed lines of every file between two commits, before and after. Runs git with an argument array.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { gitArguments, gitEnvironment } from '@awo/repository';
import type { LineRange } from '@awo/test-order';

const run = promisify(execFile);
const MAX_BYTES = 512 * 1024 * 1024;

/** `between` holds the lines before which something stands on the other side only. */
export type Side = { lines: LineRange[]; between: number[] };
export type Hunks = { old: Side; new: Side };

/** By the path of the new side (of the old one where the file is gone). Both are full commit ids. */
export async function hunksBetween(root: string, base: string, head: string): Promise<Map<string, Hunks>> {
  const args = [
    'diff-tree',
    '-r',
    '-p',
    '-U0',
    '-M',
    '-l5000',
    '--no-color',
    '--no-ext-diff',
    '--no-textconv',
    '--src-prefix=a/',
    '--dst-prefix=b/',
    base,
    head,
  ];
  const { stdout } = await run('git', gitArguments(root, args), { env: gitEnvironment(), maxBuffer: MAX_BYTES });
  return parseHunks(stdout);
}

/** Reads a patch without context. */
export function parseHunks(patch: string): Map<string, Hunks> {
  const files = new Map<string, Hunks>();
  let before = '';
  let current: Hunks | undefined;
  // Lines of a hunk are counted: one that is removed may look like a header.
  let skip = 0;
  for (const line of patch.split('\n')) {
    if (skip > 0 && /^[-+]/.test(line)) {
      skip -= 1;
      continue;
    }
    if (line.startsWith('--- ')) before = pathIn(line.slice(4));
    else if (line.startsWith('+++ ')) {
      const after = pathIn(line.slice(4));
      current = { old: { lines: [], between: [] }, new: { lines: [], between: [] } };
      files.set(after === '/dev/null' ? before : after, current);
    } else {
      const hunk = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/.exec(line);
      if (!hunk || !current) continue;
      const [from, count, to, added] = [Number(hunk[1]), Number(hunk[2] ?? 1), Number(hunk[3]), Number(hunk[4] ?? 1)];
      skip = count + added;
      // What is only added has no line of its own before: it happens between two.
      if (count === 0) current.old.between.push(from + 1);
      else current.old.lines.push([from, from + count - 1]);
      if (added === 0) current.new.between.push(to + 1);
      else current.new.lines.push([to, to + added - 1]);
    }
  }
  return files;
}

/** Git quotes names with control characters and quotes, as C does. */
function pathIn(text: string): string {
  const name = text.replace(/\t$/, '');
  const plain = name.startsWith('"') ? unquote(name) : name;
  return plain === '/dev/null' ? plain : plain.slice(2);
}

const ESCAPES: Readonly<Record<string, number>> = { n: 10, t: 9, r: 13, a: 7, b: 8, f: 12, v: 11 };

function unquote(text: string): string {
  const bytes: Buffer[] = [];
  for (const part of text.slice(1, -1).matchAll(/\\([0-7]{3}|.)|[^\\]+/g)) {
    const escape = part[1];
    if (escape === undefined) bytes.push(Buffer.from(part[0]));
    else if (escape.length === 3) bytes.push(Buffer.of(Number.parseInt(escape, 8)));
    else bytes.push(ESCAPES[escape] === undefined ? Buffer.from(escape) : Buffer.of(ESCAPES[escape]));
  }
  return Buffer.concat(bytes).toString('utf8');
}
