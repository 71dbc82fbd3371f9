// Our own programs for the sandbox, written once without their types: a process that has nothing to strip starts in a third of the time.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const STRIP = `
const [, from, to] = process.argv;
const { readFileSync, writeFileSync } = require('node:fs');
writeFileSync(to, require('node:module').stripTypeScriptTypes(readFileSync(from, 'utf8')));
`;

/** `source` imports nothing but types and what Node has. Answers the path of the program below `folder`. */
export function stripped(source: URL, folder: string): string {
  const path = fileURLToPath(source);
  const target = join(folder, basename(path).replace(/\.ts$/, '.mjs'));
  // In a process of its own: Node warns whoever asks for this that it may change.
  if (!existsSync(target)) execFileSync(process.execPath, ['--no-warnings', '-e', STRIP, path, target]);
  return target;
}
