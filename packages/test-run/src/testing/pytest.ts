// A Python that has pytest: the machine's own, else one of ours under .tools, so that the tests need nothing but a Python.
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const VERSION = '9.2.0';
const TOOLS = fileURLToPath(new URL('../../../../.tools', import.meta.url));

/** Path of the interpreter. Throws where there is none, or where pytest can neither be found nor installed. */
export async function pythonWithPytest(): Promise<string> {
  const python = await run('python3', ['-m', 'pytest', '--version']).then(
    () => 'python3',
    () => null,
  );
  if (python) return python;
  const home = join(TOOLS, `pytest-${VERSION}`);
  const own = join(home, 'bin', 'python3');
  if (existsSync(own)) return own;
  mkdirSync(TOOLS, { recursive: true });
  const place = mkdtempSync(join(TOOLS, 'pytest-'));
  try {
    await run('python3', ['-m', 'venv', place]);
    await run(join(place, 'bin', 'python3'), ['-m', 'pip', 'install', '--quiet', `pytest==${VERSION}`]);
    // In one step: who ends in between leaves nothing that looks finished. Another one may have been faster.
    if (!existsSync(home)) renameSync(place, home);
    return own;
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}
