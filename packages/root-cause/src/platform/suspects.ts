// Runs the catalogue over the state of the platform and weighs what it finds. Pure.
import type { Evidence } from '../evidence.ts';
import type { Suspect } from '../suspect.ts';
import { CATALOGUE } from './catalogue.ts';
import { isHurt } from './containers.ts';
import { lessEcho } from './echo.ts';
import { POINTS, type Finding } from './finding.ts';
import { Harm } from './harm.ts';
import { heardOf } from './heard.ts';
import { callsOf, distances, namedBy } from './reach.ts';
import type { Resource } from './resource.ts';
import { networkRules } from './rules/network.ts';
import { World } from './world.ts';

const NEAR = 1.6;
const FADES = 0.8;
const FAR = -0.9;
const NAMED = 0.6;
const HURT = 0.5;
const UNHURT = -0.7;
/** All that is hurt depends on it; nothing that is hurt does. */
const EXPLAINS = 1.4;
const EXPLAINS_NOTHING = -1.6;
/** A workload that is hurt and calls nobody who is. */
const ORIGIN = 2;
/** What the cluster as a whole rests on matters to everyone, however far. */
const SHARED = /^(node-|kubelet|container-runtime|kube-|cluster-dns|scheduler|controller-manager|etcd|api-server|api-service|network-policy|namespace-)/;

export function platformSuspects(evidence: Evidence, seenCalls: readonly { from: string; to: string }[]): Suspect[] {
  if (evidence.resources.length === 0) return [];
  const world = new World(evidence.resources, evidence.topology);
  world.heard = heardOf(world, evidence.logs);
  const calls = callsOf(world, evidence.topology, seenCalls);
  const harm = new Harm(world, calls, world.heard);
  const findings = [...CATALOGUE.flatMap((rule) => rule(world)), ...networkRules(world, calls)];
  const { entity, text } = evidence.symptom;
  const start = entity === null ? [] : namedBy(world, entity);
  const reach = distances(world, start, calls);
  const kept = lessEcho(findings);
  const solid = kept.filter((f) => f.strength !== 'symptom');
  return kept.map((f) => {
    const suspect: Suspect = {
      entity: f.on.entity,
      cause: f.cause,
      points: POINTS[f.strength],
      isEffect: f.strength === 'symptom',
      for: [{ evidence: `resources.jsonl: ${f.where || f.on.entity}`, says: f.says }],
      against: f.against ? [{ evidence: 'resources.jsonl', says: f.against }] : [],
      nextCheck: f.nextCheck,
      repair: f.repair,
    };
    const steps = [f.on, ...(f.victims ?? [])].flatMap((r) => reach.get(r) ?? []).toSorted((a, b) => a - b)[0];
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
    weighHarm(world, harm, f, suspect, solid);
    return suspect;
  });
}

/** What is hurt has to be hurt by it; a fault that hurts nobody is no cause of this incident. */
function weighHarm(world: World, harm: Harm, f: Finding, suspect: Suspect, solid: readonly Finding[]): void {
  const workload = world.workloadOf(f.on);
  const hurt = workload === undefined ? undefined : isHurt(workload);
  if (hurt === true) suspect.points += HURT;
  if (hurt === false && f.strength === 'declared') {
    suspect.points += UNHURT;
    suspect.against.push({ evidence: `resources.jsonl: ${f.on.entity}`, says: 'All its copies are ready.' });
  }
  const explained = SHARED.test(f.cause) || isWide(f.on) ? null : harm.explained(f.on, f.victims);
  if (explained === 0 && f.strength !== 'seen') {
    suspect.points += EXPLAINS_NOTHING;
    suspect.against.push({ evidence: 'resources.jsonl', says: 'Nothing that is hurt depends on it.' });
  } else if (explained !== null && explained > 0) {
    suspect.points += EXPLAINS * explained;
    if (harm.hurt.length > 1)
      suspect.for.push({
        evidence: 'resources.jsonl',
        says: `${Math.round(explained * harm.hurt.length)} of ${harm.hurt.length} workloads that are hurt depend on it.`,
      });
  }
  if (f.strength !== 'symptom' || workload === undefined || f.against !== undefined || f.cause === 'rollout-stuck' || !harm.hurt.includes(workload)) return;
  const below = harm.hurtBelow(workload);
  const under = harm.dependsOn(workload);
  const cause = solid.find((g) => SHARED.test(g.cause) || (g.on !== f.on && !isWide(g.on) && under.has(g.on)));
  if (below === undefined && cause === undefined) suspect.points += ORIGIN;
  else
    suspect.against.push({
      evidence: 'resources.jsonl',
      says: `${below?.resource.name ?? cause?.on.name ?? ''}, which it depends on, is hurt or wrong as well.`,
    });
}

/** Everybody in a namespace depends on its quota: that tells nothing. */
const isWide = (on: Resource): boolean => ['ResourceQuota', 'LimitRange', 'Namespace'].includes(on.kind);
