// How Python packages are installed: a virtual environment beside the manifest, only where there is something to put into it. Pure.
import type { Install } from '@awo/contracts';
import { normalName, type PythonPackage } from './python-packages.ts';
import { relative, within } from './paths.ts';
import type { Toolchain } from './reading.ts';
import type { Snapshot } from './snapshot.ts';

export type PythonToolchain = Toolchain & { python: string; has(name: string): boolean };

const PYTHON = '.venv/bin/python';

/** The interpreter and the installs of a package; with tests, also what only they need. `extra`: names that nobody declared. */
export function pythonToolchain(snapshot: Snapshot, one: PythonPackage | null, dir: string, tests = false, extra: string[] = []): PythonToolchain {
  const declared = [...(one?.requirements ?? []), ...(tests ? (one?.testRequirements ?? []) : [])];
  const names = new Set(declared.map(({ name }) => normalName(name)));
  const pip = (args: string[], lockfile: string | null): Install => ({
    dir,
    command: [PYTHON, '-m', 'pip', 'install', '--disable-pip-version-check', '-q', ...args],
    lockfile,
  });
  const installs: Install[] = [];
  if (one) {
    const { main, test } = one.requirementFiles;
    if (main !== null && one.requirements.length > 0) installs.push(pip(['-r', relative(dir, main)], main));
    else if (one.requirements.length > 0) installs.push(pip(projectArguments(snapshot, one, tests), one.manifest));
    if (tests && test !== null && one.testRequirements.length > 0) installs.push(pip(['-r', relative(dir, test)], test));
    else if (tests && main !== null && one.testRequirements.length > 0)
      installs.push(
        pip(
          one.testRequirements.map(({ text }) => text),
          one.manifest,
        ),
      );
  }
  const missing = extra.filter((name) => !names.has(name));
  if (missing.length > 0) installs.push(pip(missing, null));
  const install = installs.length > 0 ? [{ dir, command: ['python3', '-m', 'venv', '.venv'], lockfile: null }, ...installs] : [];
  return { dir, language: 'python', install, python: install.length > 0 ? PYTHON : 'python3', has: (name) => names.has(normalName(name)) };
}

/** A package that can be built is installed itself; of a plain application only what it needs. */
function projectArguments(snapshot: Snapshot, one: PythonPackage, tests: boolean): string[] {
  const buildable = one.pyproject?.['build-system'] !== undefined || snapshot.has(within(one.dir, 'setup.py'));
  const wanted = [...one.requirements, ...(tests ? one.testRequirements : [])].map(({ text }) => text);
  if (!buildable) return wanted;
  return ['-e', '.', ...(tests ? one.testRequirements.map(({ text }) => text) : [])];
}
