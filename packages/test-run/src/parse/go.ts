// `go test -json`, and plain `go test` where a script hides the flag. Pure.
import { z } from 'zod';
import { namePath, testCase, type Parsed, type RunOutput } from './parsed.ts';

const Line = z.object({
  Action: z.string(),
  Package: z.string().optional(),
  ImportPath: z.string().optional(),
  Test: z.string().optional(),
  Output: z.string().optional(),
  Elapsed: z.number().optional(),
});

type Test = { pkg: string; name: string; outcome: 'passed' | 'failed' | 'skipped' | null; seconds: number | null; said: string };

export function parseGoJson(output: RunOutput): Parsed | null {
  const events = output.stdout.split('\n').flatMap(readLine);
  if (events.length === 0) return null;
  const tests = new Map<string, Test>();
  const packages = new Map<string, { failed: boolean; said: string; built: boolean }>();
  const builds = new Map<string, string>();
  for (const event of events) {
    if (event.ImportPath !== undefined && event.Action === 'build-output') {
      const pkg = event.ImportPath.split(' ')[0] ?? '';
      builds.set(pkg, (builds.get(pkg) ?? '') + (event.Output ?? ''));
    }
    if (event.Package === undefined) continue;
    if (event.Test === undefined) {
      const known = packages.get(event.Package) ?? { failed: false, said: '', built: true };
      if (/\[(build|setup) failed\]/.test(event.Output ?? '')) known.built = false;
      packages.set(event.Package, { ...known, failed: known.failed || event.Action === 'fail', said: (known.said + (event.Output ?? '')).slice(-8000) });
      continue;
    }
    const id = `${event.Package} ${event.Test}`;
    const test = tests.get(id) ?? { pkg: event.Package, name: event.Test, outcome: null, seconds: null, said: '' };
    tests.set(id, test);
    if (event.Output !== undefined && !/^\s*(=== |--- )/.test(event.Output)) test.said = (test.said + event.Output).slice(0, 4000);
    if (event.Action === 'pass' || event.Action === 'fail' || event.Action === 'skip') {
      test.outcome = event.Action === 'pass' ? 'passed' : event.Action === 'fail' ? 'failed' : 'skipped';
      test.seconds = event.Elapsed ?? null;
    }
  }
  return collect([...tests.values()], packages, builds);
}

function collect(
  tests: readonly Test[],
  packages: ReadonlyMap<string, { failed: boolean; said: string; built: boolean }>,
  builds: ReadonlyMap<string, string>,
): Parsed {
  const parsed: Parsed = { format: 'go', cases: [], loadErrors: [] };
  // A test without an end was running when its package died: by a panic elsewhere, os.Exit, or the clock.
  const outcome = (test: Test): 'passed' | 'failed' | 'skipped' => test.outcome ?? (packages.get(test.pkg)?.failed ? 'failed' : 'skipped');
  const failing = tests.filter((test) => outcome(test) === 'failed');
  const parents = new Set(tests.flatMap(parentIds));
  const parentsOfFailing = new Set(failing.flatMap(parentIds));
  const failingPackages = new Set(failing.map((test) => test.pkg));
  for (const test of tests) {
    const id = `${test.pkg} ${test.name}`;
    // A parent stands for its subtests, unless it failed by itself.
    if (parents.has(id) && (outcome(test) !== 'failed' || parentsOfFailing.has(id))) continue;
    const said = test.said.trim() || (test.outcome === null ? packages.get(test.pkg)?.said : '');
    const file = /([\w./-]+_test\.go):\d+/.exec(test.said)?.[1] ?? null;
    parsed.cases.push(
      testCase(namePath(test.pkg, test.name), outcome(test), {
        file,
        durationMs: test.seconds === null ? null : test.seconds * 1000,
        message: outcome(test) === 'failed' ? said : '',
      }),
    );
  }
  for (const [pkg, state] of packages) {
    if (!state.failed) continue;
    if (!state.built) parsed.loadErrors.push({ where: pkg, message: (builds.get(pkg) ?? state.said).trim() });
    else if (!failingPackages.has(pkg)) parsed.cases.push(testCase(pkg, 'failed', { message: state.said }));
  }
  return parsed;
}

function parentIds(test: Test): string[] {
  const parts = test.name.split('/');
  return parts.slice(1).map((_, index) => `${test.pkg} ${parts.slice(0, index + 1).join('/')}`);
}

function readLine(line: string): z.infer<typeof Line>[] {
  if (!line.startsWith('{"') || !line.includes('"Action"')) return [];
  try {
    const parsed = Line.safeParse(JSON.parse(line));
    return parsed.success ? [parsed.data] : [];
  } catch {
    return [];
  }
}

/** Plain output names failing tests and packages only, unless it is verbose. */
export function parseGoText(output: RunOutput): Parsed | null {
  if (!/^(ok {2}\t|FAIL\t|\? {3}\t)\S+/m.test(output.stdout)) return null;
  const parsed: Parsed = { format: 'go-text', cases: [], loadErrors: [] };
  for (const line of output.stdout.split('\n')) {
    const test = /^\s*--- (PASS|FAIL|SKIP): (\S+) \(([\d.]+)s\)/.exec(line);
    if (test !== null) {
      const outcome = test[1] === 'PASS' ? 'passed' : test[1] === 'FAIL' ? 'failed' : 'skipped';
      parsed.cases.push(testCase(test[2] ?? '', outcome, { durationMs: Number(test[3]) * 1000 }));
    }
    const broken = /^FAIL\t(\S+) \[(build|setup) failed\]/.exec(line)?.[1];
    if (broken !== undefined) parsed.loadErrors.push({ where: broken, message: output.stderr.trim().slice(0, 4000) });
    const green = /^ok {2}\t(\S+)\t/.exec(line)?.[1];
    if (green !== undefined && !/no tests to run/.test(line)) parsed.cases.push(testCase(green, 'passed'));
  }
  return parsed;
}
