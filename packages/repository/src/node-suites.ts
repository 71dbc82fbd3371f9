// Test suites of Node packages, from the test script or from the test files themselves. Pure.
import type { Finding, Install } from '@awo/contracts';
import { runBinary, runScript, type NodeToolchain } from './node-install.ts';
import { allDependencies, type NodePackage } from './node-packages.ts';
import { ownerOf } from './paths.ts';
import type { SuiteDraft } from './reading.ts';
import { lineAt, type Snapshot } from './snapshot.ts';
import { asTestCommand, parseTestScript } from './test-command.ts';

const NO_TESTS = /no test specified/i;
const DELEGATES = /\b(turbo|nx|lerna|wsrun|wireit)\b|\b(npm|pnpm|yarn)\b.*(\s-r\b|--recursive|--workspaces|\s-ws\b|--filter|workspaces foreach)/;
const TEST_FILE = /\.(test|spec)\.[cm]?[jt]sx?$|(^|\/)tests?\/.*\.[cm]?[jt]s$/;

/** The suite of a package, or null. `members`: whether packages of its workspace have suites of their own. */
export function nodeSuite(
  snapshot: Snapshot,
  one: NodePackage,
  toolchain: NodeToolchain,
  nested: ReadonlySet<string>,
  members: boolean,
  findings: Finding[],
): SuiteDraft | null {
  const scripts = one.json.scripts ?? {};
  const { name, script } = followScript(scripts, 'test');
  const at = lineAt(one.path, one.text, '"test"');
  if (script !== undefined && !NO_TESTS.test(script)) {
    if (members && one.patterns.length > 0 && DELEGATES.test(script)) {
      findings.push({
        about: one.dir,
        what: 'tests',
        value: script,
        at,
        level: 'found',
        hint: 'It runs the tests of the packages; each of them is a suite of its own.',
      });
      return null;
    }
    const parsed = parseTestScript(script, (binary) => runBinary(toolchain.manager, binary));
    const before = ['test', ...(name === 'test' ? [] : [name])].flatMap((n) =>
      scripts[`pre${n}`] === undefined ? [] : [runScript(toolchain.manager, `pre${n}`)],
    );
    const steps = parsed ? [...before, ...parsed.before] : [];
    const prepare = steps.map((command): Install => ({ dir: one.dir, command, lockfile: null }));
    return {
      unit: one.dir,
      dir: one.dir,
      command: parsed?.command ?? runScript(toolchain.manager, 'test'),
      runner: parsed?.runner ?? 'exit-code',
      install: [...toolchain.install, ...prepare],
      at,
    };
  }
  return suiteFromFiles(snapshot, one, toolchain, nested, findings);
}

/** `test: npm run test:unit` means the script `test:unit`. */
function followScript(scripts: Record<string, string>, from: string): { name: string; script: string | undefined } {
  let name = from;
  for (let i = 0; i < 4; i++) {
    const next = /^(?:npm|pnpm|yarn)\s+(?:run\s+)?([\w:.-]+)$/.exec(scripts[name]?.trim() ?? '')?.[1];
    if (next === undefined || scripts[next] === undefined || next === name) break;
    name = next;
  }
  return { name, script: scripts[name] };
}

function suiteFromFiles(snapshot: Snapshot, one: NodePackage, toolchain: NodeToolchain, nested: ReadonlySet<string>, findings: Finding[]): SuiteDraft | null {
  const dirs = new Set([...nested, one.dir]);
  const files = snapshot.sources(one.dir, TEST_FILE).filter(({ path }) => ownerOf(path, dirs) === one.dir);
  const dependencies = allDependencies(one.json);
  const runner = dependencies['vitest'] ? 'vitest' : dependencies['jest'] ? 'jest' : dependencies['mocha'] ? 'mocha' : null;
  const nodeTest = files.find(({ text }) => /["']node:test["']/.test(text));
  const first = files[0];
  if (!first || (!runner && !nodeTest)) return null;
  const evidence = runner ? first : (nodeTest ?? first);
  findings.push({
    about: one.dir,
    what: 'tests',
    value: runner ?? 'node --test',
    at: `${evidence.path}:1`,
    level: 'guess',
    hint: 'No test script in package.json; taken from the test files.',
  });
  const { command, runner: kind } = asTestCommand(runner ? [runner] : ['node', '--test'], (binary) => runBinary(toolchain.manager, binary));
  return { unit: one.dir, dir: one.dir, command, runner: kind, install: toolchain.install, at: `${evidence.path}:1` };
}
