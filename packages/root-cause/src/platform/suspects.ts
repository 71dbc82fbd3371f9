// Runs the catalogue over the state of the platform and weighs what it finds. Pure.
import type { Evidence } from '../evidence.ts';
import type { Suspect } from '../suspect.ts';
import { CATALOGUE } from './catalogue.ts';
import { POINTS, type Finding } from './finding.ts';
import { isHurt } from './containers.ts';
import { callsOf, distances, namedBy } from './reach.ts';
import { networkRules } from './rules/network.ts';
import { World } from './world.ts';

const NEAR = 1.6;
const FADES = 0.8;
const FAR = -0.9;
const NAMED = 0.6;
const HURT = 0.5;
const UNHURT = -0.7;
/** What the cluster as a whole rests on matters to everyone, however far. */
const SHARED = /^(node-|kubelet|container-runtime|kube-|cluster-dns|scheduler|controller-manager|etcd|api-server|network-policy)/;

export function platformSuspects(evidence: Evidence, seenCalls: readonly { from: string; to: string }[]): Suspect[] {
  if (evidence.resources.length === 0) return [];
  const world = new World(evidence.resources, evidence.topology);
  const calls = callsOf(world, evidence.topology, seenCalls);
  const findings = [...CATALOGUE.flatMap((rule) => rule(world)), ...networkRules(world, calls)];
  const { entity, text } = evidence.symptom;
  const start = entity === null ? [] : namedBy(world, entity);
  const reach = distances(world, start, calls);
  return lessEcho(findings).map((f) => {
    const suspect: Suspect = {
      entity: f.on.entity,
      cause: f.cause,
      points: POINTS[f.strength],
      for: [{ evidence: `resources.jsonl: ${f.where || f.on.entity}`, says: f.says }],
      against: f.against ? [{ evidence: 'resources.jsonl', says: f.against }] : [],
      nextCheck: f.nextCheck,
      repair: f.repair,
    };
    const steps = reach.get(f.on);
    if (steps !== undefined) {
      suspect.points += NEAR * FADES ** steps;
      suspect.for.push({
        evidence: 'resources.jsonl',
        says: steps === 0 ? `It is where the incident was noticed.` : `${entity ?? ''} depends on it, ${steps} step${steps === 1 ? '' : 's'} away.`,
      });
    } else if (start.length > 0 && !SHARED.test(f.cause)) {
      suspect.points += FAR;
      suspect.against.push({ evidence: 'resources.jsonl', says: `Nothing is known by which ${entity ?? ''} depends on it.` });
    }
    if (f.on.name.length > 2 && new RegExp(`(^|[^\\w-])${f.on.name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}($|[^\\w-])`, 'i').test(text))
      suspect.points += NAMED;
    const workload = world.workloadOf(f.on);
    const hurt = workload === undefined ? undefined : isHurt(workload);
    if (hurt === true) suspect.points += HURT;
    if (hurt === false && f.strength === 'declared') {
      suspect.points += UNHURT;
      suspect.against.push({ evidence: `resources.jsonl: ${f.on.entity}`, says: 'All its copies are ready.' });
    }
    return suspect;
  });
}

/** A symptom on an object whose cause was found is that cause's effect. */
function lessEcho(findings: readonly Finding[]): Finding[] {
  const explained = new Set(findings.filter((f) => f.strength === 'proven').map((f) => f.on));
  return findings.map((f) => (f.strength === 'symptom' && explained.has(f.on) ? { ...f, against: 'What else was found on it explains this.' } : f));
}
