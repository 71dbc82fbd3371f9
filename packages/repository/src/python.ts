// The Python reader: packages, services and suites, with or without a manifest. Pure.
import type { Finding, Install } from '@awo/contracts';
import { shortName } from './naming.ts';
import { dirOf, ownerOf, within } from './paths.ts';
import { pythonToolchain } from './python-install.ts';
import { type PythonPackage, readPythonPackages } from './python-packages.ts';
import { pythonService } from './python-services.ts';
import { emptyReading, type Reading, type ServiceDraft, type SuiteDraft } from './reading.ts';
import { isTest, lineAt, type Snapshot, type SourceFile } from './snapshot.ts';

export function readPython(snapshot: Snapshot): Reading {
  const reading = emptyReading();
  const packages = readPythonPackages(snapshot, reading.findings);
  const byDir = new Map(packages.map((one) => [one.dir, one]));
  const dirs = new Set(byDir.keys());
  const files = Map.groupBy(snapshot.sources('.', /\.py$/), ({ path }) => ownerOf(path, dirs) ?? '');
  for (const one of packages) {
    const toolchain = pythonToolchain(snapshot, one, one.dir);
    reading.packages.push({ dir: one.dir, kind: 'python', name: one.name, manifest: one.manifest, dependsOn: one.dependsOn });
    reading.toolchains.push(toolchain);
    readDirectory(snapshot, one.dir, one, files.get(one.dir) ?? [], reading);
  }
  const loose = files.get('') ?? [];
  for (const dir of looseDirectories(loose))
    readDirectory(
      snapshot,
      dir,
      null,
      loose.filter(({ path }) => dir === '.' || path.startsWith(`${dir}/`)),
      reading,
    );
  return reading;
}

function readDirectory(snapshot: Snapshot, dir: string, one: PythonPackage | null, files: SourceFile[], reading: Reading): void {
  const code = files.filter(({ path }) => !isTest(path));
  const toolchain = pythonToolchain(snapshot, one, dir);
  const own = one && one.name !== one.dir ? [shortName(one.name)] : [];
  const service = isTest(`${dir}/`) ? null : pythonService(snapshot, dir, code, toolchain, dir === '.' ? own : [...own, shortName(dir)], reading.findings);
  if (service) reading.services.push({ ...service, install: withServer(snapshot, dir, one, service, reading.findings) });
  const suite = pythonSuite(snapshot, dir, one, files, reading.findings);
  if (suite) reading.suites.push(suite);
}

/** The installs of a service, with the server that its start names and no requirement does. */
function withServer(snapshot: Snapshot, dir: string, one: PythonPackage | null, service: ServiceDraft, findings: Finding[]): Install[] {
  const server = service.start[1] === '-m' ? (service.start[2] ?? '') : '';
  const declared = one?.requirements ?? [];
  const brought = declared.some(({ name, text }) => name.toLowerCase() === server || (server === 'uvicorn' && /^fastapi\s*\[(standard|all)\]/i.test(text)));
  if (!/^(uvicorn|gunicorn|flask)$/.test(server) || brought) return service.install;
  const hint = `Add it to requirements.txt${declared.length > 0 ? '; until then the newest is installed' : ''}.`;
  findings.push({ about: dir, what: 'requirement', value: server, at: service.at, level: 'missing', hint });
  return declared.length > 0 ? pythonToolchain(snapshot, one, dir, false, [server]).install : service.install;
}

/** Without manifests each directory that holds Python files at its top is one; where the root does, all of it is. */
function looseDirectories(files: SourceFile[]): string[] {
  const dirs = new Set(files.filter(({ path }) => !isTest(path) && !path.endsWith('__init__.py')).map(({ path }) => dirOf(path)));
  return dirs.has('.') ? ['.'] : [...dirs].filter((dir) => ownerOf(dirOf(dir), dirs) === undefined);
}

/** pytest where it is configured or used by tests, unittest where the tests are written for it. */
function pythonSuite(snapshot: Snapshot, dir: string, one: PythonPackage | null, files: SourceFile[], findings: Finding[]): SuiteDraft | null {
  const tests = files.filter(({ path }) => /(^|\/)(test_[^/]*|[^/]*_test|tests?)\.py$/.test(path));
  const first = tests[0];
  if (!first) return null;
  const configured = [
    { path: within(dir, 'pytest.ini'), sign: /\[pytest\]/ },
    { path: within(dir, 'tox.ini'), sign: /\[pytest\]/ },
    { path: within(dir, 'setup.cfg'), sign: /\[tool:pytest\]/ },
    { path: within(dir, 'pyproject.toml'), sign: /\[tool\.pytest/ },
  ].find(({ path, sign }) => sign.test(snapshot.text(path) ?? ''));
  const declared = [...(one?.requirements ?? []), ...(one?.testRequirements ?? [])].find(({ name }) => name.toLowerCase() === 'pytest');
  const used = files.find(
    ({ path, text }) =>
      path.endsWith('conftest.py') || (tests.some((t) => t.path === path) && (/^\s*(import|from) pytest\b/m.test(text) || /^(async )?def test_/m.test(text))),
  );
  if (configured || declared || used) {
    const at = configured ? lineAt(configured.path, snapshot.text(configured.path) ?? '', configured.sign) : (declared?.at ?? `${used?.path}:1`);
    if (!declared)
      findings.push({
        about: dir,
        what: 'tests',
        value: 'pytest',
        at,
        level: 'guess',
        hint: 'The tests use pytest, but no requirement names it; the newest is installed. Add it to requirements-dev.txt.',
      });
    const { python, install } = pythonToolchain(snapshot, one, dir, true, ['pytest']);
    return { unit: dir, dir, command: [python, '-m', 'pytest', '-q', '--junitxml=.awo-junit.xml'], runner: 'pytest', install, at };
  }
  const unit = tests.find(({ text }) => /\bunittest\b|\bTestCase\b/.test(text));
  if (!unit) return null;
  const { python, install } = pythonToolchain(snapshot, one, dir, true);
  const at = lineAt(unit.path, unit.text, /\bunittest\b|\bTestCase\b/);
  const manage = within(dir, 'manage.py');
  if (/from django\.test\b/.test(unit.text) && snapshot.has(manage))
    return { unit: dir, dir, command: [python, 'manage.py', 'test', '-v', '2'], runner: 'unittest', install, at };
  // Discovery enters only packages: a plain folder of tests must be named.
  const folder = dirOf(unit.path);
  const plain = folder !== dir && !snapshot.has(`${folder}/__init__.py`);
  const start = plain ? ['-s', dir === '.' ? folder : folder.slice(dir.length + 1)] : [];
  const pattern = unit.path.endsWith('_test.py') ? ['-p', '*_test.py'] : [];
  return { unit: dir, dir, command: [python, '-m', 'unittest', 'discover', '-v', ...start, ...pattern], runner: 'unittest', install, at };
}
