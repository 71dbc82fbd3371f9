// The `awo` command in one piece: made after an install, and again where a source has changed since.
import { existsSync, readFileSync, readdirSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { capture } from './children.mjs';
import { COMMAND, ROOT } from './paths.mjs';
import { say } from './progress.mjs';

/** Where the checkout was and which folder holds it, a line each; as old as the beginning of the work. bin/awo reads it. */
const CURRENT = join(COMMAND, 'current');

/** What the piece is made of: our sources, the libraries, and how it is put together. */
const MADE_OF = ['packages', 'pnpm-lock.yaml', join('bin', 'bundle-command.mjs')];

/** The same rule as in bin/awo: nothing that it is made of is newer, and the checkout has not moved. */
function isFresh() {
  if (!existsSync(CURRENT)) return false;
  const { mtimeMs } = statSync(CURRENT);
  const [root, version] = readFileSync(CURRENT, 'utf8').split('\n');
  const isOlder = (path) => {
    const found = statSync(path);
    if (found.mtimeMs > mtimeMs) return false;
    return !found.isDirectory() || readdirSync(path).every((name) => name === 'node_modules' || isOlder(join(path, name)));
  };
  return root === ROOT && existsSync(join(COMMAND, version ?? '')) && MADE_OF.every((path) => isOlder(join(ROOT, path)));
}

/** Without it the command runs from its sources, which takes longer: that is no reason to fail. */
export async function bringCommand(node) {
  try {
    if (isFresh()) return;
    const begun = new Date();
    const version = `${begun.getTime()}-${process.pid}`;
    await capture(node, [join(ROOT, 'bin', 'bundle-command.mjs'), join(COMMAND, version)], { cwd: ROOT });
    // In place in one step, with its age: ended in between, it would hide what was edited meanwhile.
    const next = `${CURRENT}.${process.pid}`;
    writeFileSync(next, `${ROOT}\n${version}\n`);
    utimesSync(next, begun, begun);
    renameSync(next, CURRENT);
    // A command that runs still reads parts of the one before.
    for (const older of readdirSync(COMMAND)
      .filter((name) => !name.startsWith('current'))
      .toSorted()
      .slice(0, -2))
      rmSync(join(COMMAND, older), { recursive: true, force: true });
  } catch (error) {
    say(`The awo command runs from its sources: ${error.message}`);
  }
}
