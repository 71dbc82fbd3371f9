// Runs the catalogue over the state of the platform and weighs what it finds. Pure.
import type { Evidence } from '../evidence.ts';
import type { Suspect } from '../suspect.ts';
import { CATALOGUE } from './catalogue.ts';
import { isHurt } from './containers.ts';
import { word } from './dig.ts';
import { lessEcho } from './echo.ts';
import { POINTS, type Finding } from './finding.ts';
import { Harm, hasLongBeenHurt } from './harm.ts';
import { heardOf } from './heard.ts';
import { callsOf, distances, ledTo, namedBy } from './reach.ts';
import { referredBy } from './references-of.ts';
import type { Resource } from './resource.ts';
import { networkRules } from './rules/network.ts';
import { stood } from './standing.ts';
import { isStage, unnamed } from './unnamed.ts';
import { sameSpace, World, type Workload } from './world.ts';

const NEAR = 1.6;
const FADES = 0.8;
const FAR = -0.9;
/** Calls are known well enough that a way which is not known is hardly there. */
const FAR_WHERE_WAYS_ARE_KNOWN = -1.8;
/** Another namespace, which nothing here is known to need: another team's trouble. */
const FOREIGN = -2.5;
const STOOD = -2.5;
/** It began when the incident did. */
const FRESH = 0.8;
const FRESH_MS = 3_600_000;
const NAMED = 0.6;
const HURT = 0.5;
const UNHURT = -0.7;
/** All that is hurt depends on it; nothing that is hurt does. */
const EXPLAINS = 1.4;
const EXPLAINS_NOTHING = -1.6;
/** A workload that is hurt and calls nobody who is. */
const ORIGIN = 2;
/** What the cluster as a whole rests on matters to everyone, however far. */
const SHARED =
  /^(node-|kubelet|container-runtime|kube-|cluster-dns|scheduler|controller-manager|etcd|api-server|api-service|network-policy|namespace-|mesh-control-plane)/;

export function platformSuspects(evidence: Evidence, seenCalls: readonly { from: string; to: string }[]): Suspect[] {
  if (evidence.resources.length === 0) return [];
  const world = new World(evidence.resources, evidence.topology, evidence.symptom.at);
  // Where nobody says when, and all that is hurt has been so for long, that is what is asked about.
  const hurt = world.workloads.filter((w) => isHurt(w) === true && !SYSTEM.test(w.resource.namespace));
  if (world.clock.incidentAt === null && hurt.length > 0 && hurt.every((w) => hasLongBeenHurt(world, w))) world.clock = { takenAt: null, incidentAt: null };
  world.heard = heardOf(world, evidence.logs);
  const calls = callsOf(world, evidence.topology, seenCalls);
  const named = [...CATALOGUE.flatMap((rule) => rule(world)), ...networkRules(world, calls)];
  const findings = [...named, ...unnamed(world, named)];
  const { entity, text } = evidence.symptom;
  const start = entity === null ? [] : namedBy(world, entity);
  const reach = distances(world, start, calls);
  for (const r of waysIn(world, start, calls)) reach.set(r, 1);
  const home = homeOf(world, start);
  const isForeign = (r: Resource): boolean => {
    const space = r.kind === 'Namespace' ? r.name : r.namespace;
    return home !== null && space !== '' && space !== home && !SYSTEM.test(space) && !reach.has(r);
  };
  const harm = new Harm(world, calls, world.heard, isForeign);
  const waysKnown = world.workloads.filter((w) => reach.has(w.resource)).length >= MANY * world.workloads.filter((w) => !isForeign(w.resource)).length;
  const kept = lessEcho(findings, (r) => (world.workloadOf(r) === undefined ? referredBy(world, r) : []));
  const solid = kept.filter((f) => f.strength !== 'symptom');
  return kept.map((f) => {
    const suspect: Suspect = {
      entity: f.on.entity,
      cause: f.cause,
      points: POINTS[f.strength],
      isEffect: f.strength === 'symptom' || isStage(f.cause),
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
    } else if (isForeign(f.on) && (f.on.kind === 'Namespace' || !SHARED.test(f.cause))) {
      suspect.points += FOREIGN;
      suspect.isUntold = true;
      suspect.against.push({ evidence: 'resources.jsonl', says: `It is of another namespace, and nothing in ${home ?? ''} is known to need it.` });
    } else if (start.length > 0 && !SHARED.test(f.cause)) {
      suspect.points += waysKnown ? FAR_WHERE_WAYS_ARE_KNOWN : FAR;
      if (waysKnown && f.strength !== 'proven') suspect.isUntold = true;
      suspect.against.push({ evidence: 'resources.jsonl', says: `Nothing is known by which ${entity ?? ''} depends on it.` });
    }
    const since = stood(f, world.clock);
    if (since !== null) {
      suspect.points += STOOD;
      suspect.isUntold = true;
      suspect.against.push({ evidence: 'resources.jsonl', says: `It has been so for ${lengthOf(since)}.` });
    }
    const { takenAt, incidentAt } = world.clock;
    const age = typeof f.since === 'number' && takenAt !== null ? (incidentAt ?? takenAt) - f.since : null;
    if (age !== null && Math.abs(age) < FRESH_MS && f.strength !== 'symptom') {
      suspect.points += FRESH;
      suspect.for.push({
        evidence: `resources.jsonl: ${f.where || f.on.entity}`,
        says: `It began ${Math.round(Math.abs(age) / 60_000)} minutes ${age < 0 ? 'after' : 'before'}.`,
      });
    }
    if (f.on.name.length > 2 && new RegExp(`(^|[^\\w-])${f.on.name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}($|[^\\w-])`, 'i').test(text))
      suspect.points += NAMED;
    weighHarm(world, harm, f, suspect, solid, steps !== undefined);
    return suspect;
  });
}

const SYSTEM = /^kube-|-system$|ingress|istio|linkerd|gateway|cert-manager|operators?$/;
/** Share of the workloads that the incident's entity is known to depend on. */
const MANY = 0.3;

/** The namespace that the incident is in; where nobody says, the one of most workloads, if that is clear. */
function homeOf(world: World, start: readonly Resource[]): string | null {
  const [said] = start;
  if (said !== undefined) return said.namespace === '' ? null : said.namespace;
  const sizes = [...Map.groupBy(world.workloads, (w) => w.resource.namespace)].filter(([name]) => name !== '' && !SYSTEM.test(name));
  const [most, next] = sizes.toSorted(([, a], [, b]) => b.length - a.length);
  return most !== undefined && most[1].length >= 3 * (next?.[1].length ?? 0) ? most[0] : null;
}

/** What leads requests to it from outside; where nothing does, what leads nowhere, as one of these did. */
function waysIn(world: World, start: readonly Resource[], calls: readonly (readonly [Workload, Workload])[]): Resource[] {
  const [first] = start;
  if (first === undefined) return [];
  const own = (w: Resource): boolean => start.includes(w) || start.some((s) => world.workloadOf(s)?.resource === w);
  const ways = world.all.filter(
    (r) => (r.kind === 'Ingress' || r.kind.endsWith('Route') || r.kind === 'VirtualService') && sameSpace(r.namespace, first.namespace),
  );
  const leading = ways.filter((r) => ledTo(world, r, calls).some((s) => own(s) || ledTo(world, s, calls).some(own)));
  return leading.length > 0 ? leading : ways.filter((r) => ledTo(world, r, calls).length === 0);
}
const lengthOf = (ms: number): string => (ms < 48 * 3_600_000 ? `${Math.round(ms / 3_600_000)} hours` : `${Math.round(ms / 86_400_000)} days`);

/** What is hurt has to be hurt by it; a fault that hurts nobody is no cause of this incident. */
function weighHarm(world: World, harm: Harm, f: Finding, suspect: Suspect, solid: readonly Finding[], isReached: boolean): void {
  const workload = world.workloadOf(f.on) ?? scaledBy(world, f.on);
  const hurt = workload === undefined ? undefined : isHurt(workload);
  if (hurt === true) suspect.points += HURT;
  if (hurt === false && (f.strength === 'declared' || f.on !== workload?.resource)) {
    suspect.points += UNHURT;
    suspect.against.push({ evidence: `resources.jsonl: ${f.on.entity}`, says: 'All its copies are ready.' });
  }
  const explained = SHARED.test(f.cause) || isWide(f.on) ? null : harm.explained(f.on, f.victims);
  if (explained === 0 && f.strength !== 'seen') {
    suspect.points += EXPLAINS_NOTHING;
    if (f.strength !== 'proven' || !isReached) suspect.isUntold = true;
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
  const blamed = world.heard.filter((h) => h.by === workload).flatMap((h) => h.about)[0];
  if (below === undefined && cause === undefined && blamed === undefined) suspect.points += ORIGIN;
  else
    suspect.against.push({
      evidence: 'resources.jsonl',
      says:
        below !== undefined || cause !== undefined
          ? `${below?.resource.name ?? cause?.on.name ?? ''}, which it depends on, is hurt or wrong as well.`
          : `It says that its calls to ${blamed?.name ?? ''} fail.`,
    });
}

/** What an autoscaler scales. */
const scaledBy = (world: World, r: Resource): Workload | undefined =>
  r.kind === 'HorizontalPodAutoscaler'
    ? world.workloads.find((w) => w.resource.name === word(r.spec, 'scaleTargetRef', 'name') && w.resource.namespace === r.namespace)
    : undefined;

/** Everybody in a namespace depends on its quota: that tells nothing. */
const isWide = (on: Resource): boolean => ['ResourceQuota', 'LimitRange', 'Namespace'].includes(on.kind);
