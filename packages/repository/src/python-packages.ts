// Python packages: pyproject.toml, setup.py, setup.cfg, requirements.txt; what they need and what they use of the repository. Pure.
import type { Finding } from '@awo/contracts';
import { parse as parseToml, TomlError } from 'smol-toml';
import { z } from 'zod';
import { dirOf, ownerOf, within } from './paths.ts';
import type { Package } from './reading.ts';
import { lineAt, type Snapshot } from './snapshot.ts';

const Names = z.array(z.string()).catch([]);
const Table = z.record(z.string(), z.unknown()).catch({});
const Pyproject = z.looseObject({
  project: z
    .looseObject({
      name: z.string().optional().catch(undefined),
      dependencies: Names.optional(),
      'optional-dependencies': z.record(z.string(), Names).catch({}).optional(),
    })
    .optional()
    .catch(undefined),
  'build-system': Table.optional(),
  'dependency-groups': z.record(z.string(), z.array(z.unknown())).catch({}).optional(),
  tool: z
    .looseObject({
      poetry: z
        .looseObject({ name: z.string().optional().catch(undefined), dependencies: Table.optional() })
        .optional()
        .catch(undefined),
      uv: z.looseObject({ sources: Table.optional() }).optional().catch(undefined),
      pytest: z.unknown().optional(),
    })
    .optional()
    .catch(undefined),
});
type PyprojectToml = z.infer<typeof Pyproject>;

/** One thing that pip would install, by the line that names it. */
type Requirement = { text: string; name: string; at: string };

export type PythonPackage = Package & {
  pyproject: PyprojectToml | null;
  /** Files of requirements by purpose, relative to the repository. */
  requirementFiles: { main: string | null; test: string | null };
  requirements: Requirement[];
  testRequirements: Requirement[];
};

const TEST_REQUIREMENTS = [
  'requirements-dev.txt',
  'requirements-test.txt',
  'dev-requirements.txt',
  'test-requirements.txt',
  'requirements_dev.txt',
  'requirements_test.txt',
  'requirements/test.txt',
  'requirements/dev.txt',
];
const MAIN_REQUIREMENTS = ['requirements.txt', 'requirements/prod.txt', 'requirements/production.txt', 'requirements/base.txt'];

/** Names compare as PEP 503 says. */
export const normalName = (name: string): string => name.toLowerCase().replace(/[-_.]+/g, '-');

export function readPythonPackages(snapshot: Snapshot, findings: Finding[]): PythonPackage[] {
  const manifests = ['pyproject.toml', 'setup.py', 'setup.cfg', 'Pipfile'];
  const dirs = new Set([
    ...snapshot.named(...manifests, ...TEST_REQUIREMENTS, 'requirements.txt').map(dirOf),
    ...snapshot.paths.filter((path) => /(^|\/)requirements\/[^/]+\.txt$/.test(path)).map((path) => dirOf(dirOf(path))),
  ]);
  const packages = [...dirs]
    .filter((dir) => !/(^|\/)(docs?|requirements)$/.test(dir))
    .map((dir) => readPackage(snapshot, dir, [...manifests, ...MAIN_REQUIREMENTS, ...TEST_REQUIREMENTS], findings));
  const byDir = new Map(packages.map((p) => [p.dir, p]));
  const byName = new Map(packages.map((p) => [normalName(p.name), p]));
  for (const one of packages) {
    const add = (target: PythonPackage | undefined, at: string) => {
      if (target && target !== one && !one.dependsOn.some(({ unit }) => unit === target.dir)) one.dependsOn.push({ unit: target.dir, at });
    };
    for (const { text, name, at } of [...one.requirements, ...one.testRequirements]) {
      const path = localPath(text);
      add(path === null ? byName.get(normalName(name)) : byDir.get(ownerOf(within(one.dir, path), byDir.keys()) ?? ''), at);
    }
    const { tool } = one.pyproject ?? {};
    for (const [name, value] of Object.entries({ ...tool?.poetry?.dependencies, ...tool?.uv?.sources })) {
      const source = z.looseObject({ path: z.string().optional(), workspace: z.boolean().optional() }).safeParse(value);
      const file = one.manifest ?? '';
      const at = lineAt(file, snapshot.text(file) ?? '', new RegExp(`^\\s*"?${name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}"?\\s*=`, 'm'));
      if (source.success && source.data.path !== undefined) add(byDir.get(within(one.dir, source.data.path)), at);
      else if (source.success && source.data.workspace) add(byName.get(normalName(name)), at);
    }
  }
  return packages;
}

/** The directory that a requirement names instead of a package: `-e ../lib`, `./lib`, `lib @ file:../lib`. */
function localPath(text: string): string | null {
  const path =
    /^(?:-e|--editable)[\s=]+(?!\w+\+)([^\s#;]+)/.exec(text)?.[1] ??
    /^(\.{1,2}\/[^\s#;]*|\.)/.exec(text)?.[1] ??
    /@\s*file:(?!\/\/\/)(?:\/\/)?([^\s#;]+)/.exec(text)?.[1];
  return path === undefined
    ? null
    : path
        .replace(/^file:/, '')
        .replace(/\[[^\]]*\]$/, '')
        .replace(/^\$\{PROJECT_ROOT\}\//, './');
}

function readPackage(snapshot: Snapshot, dir: string, manifests: string[], findings: Finding[]): PythonPackage {
  const first = (names: string[]) => names.map((name) => within(dir, name)).find((path) => snapshot.has(path)) ?? null;
  const pyproject = readPyproject(snapshot, within(dir, 'pyproject.toml'), findings);
  const setup = `${snapshot.text(within(dir, 'setup.py')) ?? ''}\n${snapshot.text(within(dir, 'setup.cfg')) ?? ''}`;
  const name = pyproject?.project?.name ?? pyproject?.tool?.poetry?.name ?? /\bname\s*=\s*["']?([\w.-]+)/.exec(setup)?.[1] ?? dir;
  const requirementFiles = { main: first(MAIN_REQUIREMENTS), test: first(TEST_REQUIREMENTS) };
  const project = pyproject?.project;
  const extras = Object.entries({ ...project?.['optional-dependencies'], ...pyproject?.['dependency-groups'] }).filter(([group]) =>
    /^(test|tests|testing|dev)$/.test(group),
  );
  const toml = within(dir, 'pyproject.toml');
  const fromToml = (values: unknown[]) =>
    values.flatMap((value) => (typeof value === 'string' ? [requirement(value, lineAt(toml, snapshot.text(toml) ?? '', value))] : []));
  return {
    dir,
    kind: 'python',
    name,
    manifest: first(manifests),
    dependsOn: [],
    pyproject,
    requirementFiles,
    requirements: [
      ...readRequirements(snapshot, requirementFiles.main),
      ...fromToml(project?.dependencies ?? []),
      ...Object.keys(pyproject?.tool?.poetry?.dependencies ?? {})
        .filter((n) => n !== 'python')
        .map((n) => requirement(n, lineAt(toml, snapshot.text(toml) ?? '', new RegExp(`^\\s*"?${n.replace(/[^\w-]/g, '.')}"?\\s*=`, 'm')))),
      ...[...(/install_requires\s*=\s*\[([^\]]*)\]/.exec(setup)?.[1]?.matchAll(/["']([^"']+)["']/g) ?? [])].map((match) =>
        requirement(match[1] ?? '', `${within(dir, 'setup.py')}:1`),
      ),
    ],
    testRequirements: [...readRequirements(snapshot, requirementFiles.test), ...extras.flatMap(([, values]) => fromToml(values))],
  };
}

function readPyproject(snapshot: Snapshot, path: string, findings: Finding[]): PyprojectToml | null {
  const text = snapshot.text(path);
  if (text === undefined) return null;
  try {
    return Pyproject.parse(parseToml(text));
  } catch (error) {
    const line = error instanceof TomlError ? error.line : 1;
    findings.push({
      about: dirOf(path),
      what: 'manifest',
      value: path,
      at: `${path}:${line}`,
      level: 'error',
      hint: `It is no TOML: ${String(error).split('\n')[0]?.slice(0, 160)}. Nothing is inferred from it.`,
    });
    return null;
  }
}

/** The lines of a requirements file, with those of the files it includes by `-r`. */
function readRequirements(snapshot: Snapshot, path: string | null, seen = new Set<string>()): Requirement[] {
  const text = path === null ? undefined : snapshot.text(path);
  if (path === null || text === undefined || seen.has(path)) return [];
  seen.add(path);
  return text.split('\n').flatMap((line, i) => {
    const code = line.replace(/(^|\s)#.*$/, '').trim();
    const include = /^(?:-r|--requirement)[\s=]+(\S+)/.exec(code)?.[1];
    if (include !== undefined) return readRequirements(snapshot, within(dirOf(path), include), seen);
    return code === '' || (code.startsWith('-') && !/^(-e|--editable)\b/.test(code)) ? [] : [requirement(code, `${path}:${i + 1}`)];
  });
}

const requirement = (text: string, at: string): Requirement => ({ text, name: /^[A-Za-z0-9][\w.-]*/.exec(text)?.[0] ?? '', at });
