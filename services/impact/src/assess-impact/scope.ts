// Which services run other code than before, which suites can see the change, and why the others cannot. Pure.
import { type ImpactAssessed, LINKS_BETWEEN_PROCESSES, type TouchedUnit } from '@awo/contracts';
import { narrowSuites, testedUnits } from '@awo/test-order/ordering';
import { type ChangeKind, testsOnly } from './change-kind.ts';
import type { ImpactFacts } from './facts.ts';

export type Scope = Pick<ImpactAssessed, 'units' | 'services' | 'suites' | 'dropped' | 'narrow'>;

export function scopeOf(facts: ImpactFacts, { kind }: ChangeKind): Scope {
  const touched = facts.reach.units;
  const running = new Set(touched.filter((unit) => !testsOnly(unit) && !meetsOtherAnswers(unit)).map((unit) => unit.id));
  const tested = testedUnits(facts.suites, touched);
  const everything = kind === 'first-release';
  const narrow = kind === 'code' ? narrowSuites(facts.suites, facts.reach) : [];
  const dropped = facts.suites.filter((suite) => !everything && !tested.has(suite.unit));
  return {
    units: touched.slice(0, MAX_LISTED).map((unit) => ({ id: unit.id, change: unit.change, because: whyTouched(unit).slice(0, room(touched.length)) })),
    services: facts.services.filter((service) => everything || running.has(service.unit)).map((service) => service.name),
    suites: facts.suites.filter((suite) => everything || tested.has(suite.unit)).map((suite) => suite.id),
    dropped: dropped.slice(0, MAX_LISTED).map((suite) => ({ suite: suite.id, because: whyDropped(facts, kind, suite.unit).slice(0, room(dropped.length)) })),
    ...(narrow.length > 0 ? { narrow } : {}),
  };
}

/** Its tests can see the change, but a release of it would run what runs already. */
const meetsOtherAnswers = ({ reasons }: TouchedUnit): boolean => reasons.some(({ kind }) => LINKS_BETWEEN_PROCESSES.has(kind));

/** The verdict travels in every commit of the goal, which must stay small; the evidence holds every unit with its chain. */
const MAX_LISTED = 100;
const room = (entries: number): number => (entries > 40 ? 80 : entries > 10 ? 200 : 600);

/** The chain in one line: where it starts, over what it goes. */
function whyTouched({ reasons, change, fileKinds }: TouchedUnit): string {
  const [first, ...rest] = reasons;
  if (!first) return 'touched';
  const start = `${first.from}: ${first.text}`;
  const chain = rest.map((link) => `${link.text} (${link.at})`).join('; ');
  const only = change === 'implicit' && fileKinds.includes('test') ? '; only its tests see it' : '';
  return `${start}${chain ? `; ${chain}` : ''}${only}`;
}

function whyDropped({ reach, units }: ImpactFacts, kind: ImpactAssessed['kind'], unit: string): string {
  const name = nameOf(units, unit);
  const files = reach.files.filter((file) => file.kind !== 'docs');
  const [first] = files;
  if (!first)
    return reach.files.length === 0
      ? 'Nothing changed.'
      : `Only documents changed (${list(reach.files.map((file) => file.path))}): no code of ${name} can see them.`;
  if (files.every((file) => file.semantic === 'none'))
    return `Only comments, words or format changed (${list(files.map((file) => file.path))}): ${name} does what it did before.`;
  if (kind === 'style') {
    const subject = files.length === 1 ? `${first.path} is ${article(first.kind)} file` : `${list(files.map((file) => file.path))} are style and asset files`;
    return `${subject}: no code of ${name} can see ${files.length === 1 ? 'it' : 'them'}.`;
  }
  if (files.every((file) => file.kind === 'test'))
    return `Only tests of other units changed (${list(files.map((file) => file.path))}): ${name} does not run them.`;
  return `No chain of imports, names, files or manifests leads from what changed (${list(files.map((file) => file.path))}) to ${name}.`;
}

const article = (kind: string): string => (/^[aeiou]/.test(kind) ? `an ${kind}` : `a ${kind}`);
const list = (paths: readonly string[]): string => `${paths.slice(0, 3).join(', ')}${paths.length > 3 ? ` and ${paths.length - 3} more` : ''}`;
const nameOf = (units: ImpactFacts['units'], id: string): string => units.find((unit) => unit.id === id)?.name ?? id;
