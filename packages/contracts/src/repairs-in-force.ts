// What repairs have left in force in a service, each as the repair that takes it back. Pure.
import { holderOf, type ServiceStatus } from './capabilities/rollout.ts';
import type { Configuration, Repair, RepairKind } from './incident.ts';
import { isRefusing } from './open-circuit.ts';

/** In the order in which they are to be taken back, the newest first. A restart and another revision leave nothing behind. */
export function repairsInForce(status: ServiceStatus): Repair[] {
  const revision = holderOf(status);
  if (revision === null) return [];
  const common = { service: status.name, revision, cause: 'repair-in-force', entity: status.name, confidence: 1 };
  const found: Repair[] = [];
  const present = status.configuration ?? { env: {}, files: [] };
  let now = present;
  let edited = false;
  for (const { byRepair, configuration: before } of status.configurationsBefore ?? []) {
    const sameVariables = changedNames(now, before).length === 0;
    if (byRepair === true && !(edited && sameVariables)) {
      // Files that somebody has edited since stay as they are.
      const back = edited ? { env: before.env, files: present.files } : before;
      found.push({
        ...common,
        kind: kindOf(status, now, changedNames(now, before)),
        act: { do: 'configure', configuration: back },
        undo: { do: 'configure', configuration: now },
        because: inWords(status, now, back),
        ...checkOf(status, now, before),
      });
      now = back;
    } else if (byRepair !== true && sameVariables) edited = true;
    // What came before a change of variables that was no repair is not what repairs are to be taken back to.
    else if (byRepair !== true) break;
  }
  const replicas = status.replicas?.value ?? 1;
  if (replicas > 1)
    found.push({
      ...common,
      kind: 'scale',
      act: { do: 'scale', replicas: 1 },
      undo: { do: 'scale', replicas },
      because: `${replicas} processes of it run in place of one`,
    });
  const share = status.shed ?? 0;
  if (share > 0)
    found.push({
      ...common,
      kind: 'shed-traffic',
      act: { do: 'shed', share: 0 },
      undo: { do: 'shed', share },
      because: `${share} % of its customers are turned away`,
    });
  return found;
}

const changedNames = (now: Configuration, before: Configuration): string[] =>
  [...new Set([...Object.keys(now.env), ...Object.keys(before.env)])].filter((name) => now.env[name] !== before.env[name]).toSorted();

function kindOf({ sources, limits, flags }: ServiceStatus, { env }: Configuration, names: readonly string[]): RepairKind {
  if (names.some((name) => isRefusing(env[name] ?? ''))) return 'open-circuit';
  if (names.some((name) => sources?.some((s) => s.variable === name))) return 'switch-source';
  if (names.some((name) => limits?.[name] !== undefined)) return 'raise-limit';
  if (names.some((name) => flags?.[name] !== undefined)) return 'toggle-flag';
  return 'restore-configuration';
}

function inWords(status: ServiceStatus, now: Configuration, before: Configuration): string {
  const variables = changedNames(now, before).map((name) => {
    const usual = status.sources?.find((s) => s.variable === name)?.original ?? 'what its repository says';
    return `${name} is ${now.env[name] ?? usual} in place of ${before.env[name] ?? usual}`;
  });
  const digests = new Map(before.files.map((f) => [f.path, f.digest]));
  const files = now.files.filter((f) => digests.get(f.path) !== f.digest).map((f) => `${f.path} is in an earlier version`);
  return ([...variables, ...files].join(', ') || 'its configuration is another').slice(0, 400);
}

/** What is gone back to has to hold what the present source holds: what was written there meanwhile would be lost. */
function checkOf({ sources }: ServiceStatus, now: Configuration, before: Configuration): Pick<Repair, 'check'> {
  for (const name of changedNames(now, before)) {
    const source = sources?.find((s) => s.variable === name);
    const to = before.env[name] ?? source?.original;
    const from = now.env[name] ?? source?.original;
    // Where every call is refused nothing was written meanwhile.
    if (source && source.path !== null && !isRefusing(from ?? '') && from !== undefined && to !== undefined && to !== from)
      return { check: { from, to, path: source.path, known: source.answers[from] ?? null } };
  }
  return {};
}
