// The `awo` command in one piece: made after an install, and again where a source has changed since.
import { existsSync, readFileSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { capture } from './children.mjs';
import { COMMAND, ROOT } from './paths.mjs';
import { say } from './progress.mjs';

/** Where the checkout was and which folder holds it, a line each; as old as the beginning of the work. bin/awo reads it. */
const CURRENT = join(COMMAND, 'current');

/** The same rule as in bin/awo: nothing below packages/ is newer, and the checkout has not moved. */
function isFresh() {
  if (!existsSync(CURRENT)) return false;
  const { mtimeMs } = statSync(CURRENT);
  const [root, version] = readFileSync(CURRENT, 'utf8').split('\n');
  const isOlder = (folder) =>
    statSync(folder).mtimeMs <= mtimeMs &&
    readdirSync(folder, { withFileTypes: true }).every((entry) => {
      const path = join(folder, entry.name);
      return entry.name === 'node_modules' || (entry.isDirectory() ? isOlder(path) : statSync(path).mtimeMs <= mtimeMs);
    });
  return root === ROOT && existsSync(join(COMMAND, version ?? '')) && isOlder(join(ROOT, 'packages'));
}

/** Without it the command runs from its sources, which takes longer: that is no reason to fail. */
export async function bringCommand(node) {
  try {
    if (isFresh()) return;
    const begun = new Date();
    const version = `${begun.getTime()}-${process.pid}`;
    await capture(node, [join(ROOT, 'bin', 'bundle-command.mjs'), join(COMMAND, version)], { cwd: ROOT });
    writeFileSync(CURRENT, `${ROOT}\n${version}\n`);
    utimesSync(CURRENT, begun, begun);
    // A command that runs still reads parts of the one before.
    for (const older of readdirSync(COMMAND)
      .filter((name) => name !== 'current')
      .toSorted()
      .slice(0, -2))
      rmSync(join(COMMAND, older), { recursive: true, force: true });
  } catch (error) {
    say(`The awo command runs from its sources: ${error.message}`);
  }
}
