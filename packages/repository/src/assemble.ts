// Puts what the readers found together: units, named services with health path and relations, suites, each with its findings. Pure.
import { type Finding, ReleasePolicy, type RepoModel, type ServiceModel, type Suite, type Unit } from '@awo/contracts';
import { safeName, shortName, uniqueName } from './naming.ts';
import { ownerOf } from './paths.ts';
import type { Package, Reading, ServiceDraft, SuiteDraft } from './reading.ts';
import { isExample, isTest, type Snapshot } from './snapshot.ts';
import { addressOf, bestRoute, findEnvNames, findHealthRoute, type Sign } from './source-signs.ts';

/** Variables that say nothing about what a service needs from its operator. */
const COMMON_VARIABLES = /^(PORT|HOST|HOSTNAME|NODE_ENV|PATH|HOME|TZ|CI|DEBUG|LOG_LEVEL|PYTHON[A-Z]*|OTEL_.*|npm_.*)$/;
const TEST_TIMEOUT_MS = 600_000;

/** The model of one commit, before awo.yaml. `name`: what a service in the root is called where nothing says it. */
export function assemble(snapshot: Snapshot, reading: Reading, name: string): RepoModel {
  const units = unitsOf(reading, name);
  const findings = [...reading.findings];
  for (const unit of units) {
    findings.push({
      about: unit.id,
      what: 'unit',
      value: `${unit.kind} ${unit.name}`,
      at: `${unit.manifest ?? '.'}:1`,
      level: unit.kind === 'root' ? 'guess' : 'found',
    });
    for (const { unit: other, at } of unit.dependsOn) findings.push({ about: unit.id, what: 'depends on', value: other, at, level: 'found' });
  }
  const services = servicesOf(snapshot, realServices(reading.services), units, name, findings);
  const suites = suitesOf(reading.suites, units, findings);
  reportAbsent(units, services, suites, findings);
  return { units, services, suites, environments: ['production', 'staging'], policy: ReleasePolicy.parse({}), findings };
}

/** One unit per directory, the first manifest's kind; a root unit where something lies in none. */
function unitsOf(reading: Reading, name: string): Unit[] {
  const byDir = new Map<string, Unit>();
  const nameOf = (one: Package) => (one.name === one.dir ? (one.dir === '.' ? name : shortName(one.dir)) : one.name);
  for (const one of reading.packages) {
    const known = byDir.get(one.dir);
    const dependsOn = [...(known?.dependsOn ?? []), ...one.dependsOn.filter(({ unit }) => !known?.dependsOn.some((d) => d.unit === unit))];
    byDir.set(
      one.dir,
      known ? { ...known, dependsOn } : { id: one.dir, name: nameOf(one), kind: one.kind, manifest: one.manifest, dependsOn: dedupe(dependsOn) },
    );
  }
  // What lies under no manifest is a unit by its own directory; the root takes the rest of the files.
  const homeless = [...reading.services, ...reading.suites].map(({ dir }) => dir).filter((dir) => ownerOf(dir, byDir.keys()) === undefined);
  for (const dir of byDir.size === 0 || homeless.length > 0 ? [...homeless, '.'] : []) {
    if (!byDir.has(dir)) byDir.set(dir, { id: dir, name: dir === '.' ? name : shortName(dir), kind: 'root', manifest: null, dependsOn: [] });
  }
  return [...byDir.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

const dedupe = (list: Unit['dependsOn']): Unit['dependsOn'] => list.filter(({ unit }, i) => list.findIndex((d) => d.unit === unit) === i);

function realServices(drafts: readonly ServiceDraft[]): ServiceDraft[] {
  const real = drafts.filter(({ dir }) => !isExample(dir) && !isTest(`${dir}/`));
  return (real.length > 0 ? real : [...drafts]).sort((a, b) => (a.dir === b.dir ? (a.at < b.at ? -1 : 1) : a.dir < b.dir ? -1 : 1));
}

function servicesOf(snapshot: Snapshot, drafts: ServiceDraft[], units: Unit[], repoName: string, findings: Finding[]): ServiceModel[] {
  const taken = new Set<string>();
  const named = drafts.map((draft) => {
    const name = uniqueName([...draft.names, ...(draft.dir === '.' ? [repoName] : [])], taken);
    taken.add(name);
    return { draft, name };
  });
  const known = named.map(({ name }) => ({
    name,
    keys: [name, name.replace(/-?(service|svc|api|server|app)$/i, '')].map((key) => key.toUpperCase().replaceAll('-', '_')),
  }));
  const routes = new Map<string, Sign | null>();
  const routeOf = (dir: string) => {
    const cached = routes.get(dir);
    const route = cached !== undefined ? cached : findHealthRoute(snapshot.sources(dir, /\.([cm]?[jt]sx?|go|py|rs|java|kt)$/));
    routes.set(dir, route);
    return route;
  };
  return named.map(({ draft, name }): ServiceModel => {
    const unit =
      ownerOf(
        draft.dir,
        units.map(({ id }) => id),
      ) ?? '.';
    const say = (what: string, value: string, at: string, level: Finding['level'], hint?: string) =>
      findings.push({ about: name, what, value, at, level, ...(hint ? { hint } : {}) });
    say(
      'start',
      draft.start.join(' '),
      draft.at,
      draft.guess ? 'guess' : 'found',
      draft.guess ? `No line says plainly that it listens on PORT. Pin it: services.${name}.start in awo.yaml.` : undefined,
    );
    for (const { dir, command, lockfile } of draft.install)
      say('install', `${command.join(' ')}  (in ${dir})`, `${lockfile ?? draft.at.replace(/:\d+$/, '')}:1`, 'found');
    for (const { dir, command } of draft.build) say('build', `${command.join(' ')}  (in ${dir})`, draft.at, 'found');

    const own = findHealthRoute(draft.sources);
    const borrowed = own ?? bestRoute(libraries(unit, units).map(routeOf));
    if (own) say('health path', own.value, own.at, 'found');
    else if (borrowed)
      say('health path', borrowed.value, borrowed.at, 'guess', `Found in a library that it uses. Pin it: services.${name}.health in awo.yaml.`);
    else
      say(
        'health path',
        '/',
        draft.at,
        'guess',
        `No health route was found in its sources, so "/" must answer. Add one, e.g. /healthz, or set services.${name}.health in awo.yaml.`,
      );

    const dependsOn: string[] = [];
    for (const [variable, at] of findEnvNames(draft.sources)) {
      const address = addressOf(variable);
      const other = address === null ? undefined : (known.find(({ keys }) => keys[0] === address) ?? known.find(({ keys }) => keys.includes(address)));
      if (other && other.name !== name) {
        if (!dependsOn.includes(other.name)) dependsOn.push(other.name);
        const given = `${other.name.toUpperCase().replaceAll('-', '_')}_URL`;
        const hint =
          variable === given ? undefined : `It reads ${variable}; what it is given is ${given}. Read that one, or set services.${name}.env in awo.yaml.`;
        say('depends on', other.name, at, hint ? 'guess' : 'found', hint);
      } else if (!COMMON_VARIABLES.test(variable) && !(variable in draft.env)) {
        say('variable', variable, at, 'found', `Not handed on unless named: services.${name}.envFrom: [${variable}] in awo.yaml.`);
      }
    }
    const { dir, language, install, build, start, env, at } = draft;
    return { name, unit, dir, language, install, build, start, healthPath: borrowed?.value ?? '/', env, envFrom: [], dependsOn, sideBySide: true, at };
  });
}

/** Units that a unit depends on, directly and through others. */
function libraries(unit: string, units: readonly Unit[]): string[] {
  const seen = new Set([unit]);
  for (const id of seen) for (const { unit: other } of units.find((u) => u.id === id)?.dependsOn ?? []) seen.add(other);
  return [...seen].filter((id) => id !== unit && id !== '.');
}

function suitesOf(drafts: readonly SuiteDraft[], units: readonly Unit[], findings: Finding[]): Suite[] {
  const taken = new Set<string>();
  const ids = units.map(({ id }) => id);
  return drafts.map((draft) => {
    const unit = ownerOf(draft.unit, ids) ?? '.';
    const base = draft.unit === '.' ? 'root' : safeName(draft.unit);
    const id = uniqueName([base, `${base}-${draft.runner}`], taken);
    taken.add(id);
    findings.push({ about: unit, what: 'tests', value: `${draft.command.join(' ')}  (${draft.runner})`, at: draft.at, level: 'found' });
    return { id, unit, dir: draft.dir, command: draft.command, runner: draft.runner, timeoutMs: TEST_TIMEOUT_MS, install: draft.install, at: draft.at };
  });
}

function reportAbsent(units: readonly Unit[], services: readonly ServiceModel[], suites: readonly Suite[], findings: Finding[]): void {
  const tested = new Set(suites.map(({ unit }) => unit));
  for (const unit of units) {
    if (tested.has(unit.id) || (unit.id === '.' && tested.size > 0) || isExample(unit.id)) continue;
    findings.push({
      about: unit.id,
      what: 'tests',
      value: 'none',
      at: `${unit.manifest ?? '.'}:1`,
      level: 'missing',
      hint: 'A change in it is released on its health and traffic alone. Add a test script, or tests in awo.yaml.',
    });
  }
  if (services.length > 0) return;
  findings.push({
    about: 'repository',
    what: 'services',
    value: 'none',
    at: '.:1',
    level: 'missing',
    hint: 'Nothing here listens on PORT as far as its sources tell. Name one in awo.yaml: services: { NAME: { dir: ., start: "..." } }.',
  });
}
