// Which workloads are hurt, what each depends on, and which of them has nothing hurt below it. Pure.
import { timeOf } from '../evidence.ts';
import { isHurt, isPodReady, phaseOfPod, statesOf } from './containers.ts';
import { list, word } from './dig.ts';
import type { Heard } from './heard.ts';
import { distances } from './reach.ts';
import type { Resource } from './resource.ts';
import { isLongAgo, sinceOf } from './standing.ts';
import type { Workload, World } from './world.ts';

type Calls = readonly (readonly [Workload, Workload])[];
const FAR = 6;

/** Every copy that is not ready has not been for long: that is no part of what happens now. */
export function hasLongBeenHurt(world: World, w: Workload): boolean {
  const unready = w.pods.filter((pod) => phaseOfPod(pod) !== 'Succeeded' && !isPodReady(pod));
  return unready.length > 0 && unready.every((pod) => isLongAgo(unreadySince(w, pod), world.clock));
}

function unreadySince(w: Workload, pod: Resource): number | null {
  const crashes = statesOf(w).filter((s) => s.pod === pod && !s.ready && s.restarts > 0);
  const told = list(pod.status, 'conditions').find((c) => word(c, 'type') === 'Ready' && word(c, 'status') !== 'True');
  const times = [
    ...crashes.map(sinceOf),
    timeOf(word(told, 'lastTransitionTime')),
    phaseOfPod(pod) === 'Failed' ? timeOf(word(pod.status, 'startTime')) : null,
  ];
  return times.find((at) => at !== null) ?? null;
}

export class Harm {
  /** Not ready, restarting, or failing in its calls. */
  readonly hurt: Workload[];
  readonly #reach = new Map<Workload, Map<Resource, number>>();
  readonly #world: World;
  readonly #calls: Calls;

  constructor(world: World, calls: Calls, heard: readonly Heard[], isForeign: (r: Resource) => boolean) {
    this.#world = world;
    this.#calls = calls;
    const failing = new Set(heard.filter((h) => h.isCall || h.cause !== null).map((h) => h.by));
    this.hurt = world.workloads.filter((w) => ((isHurt(w) === true && !hasLongBeenHurt(world, w)) || failing.has(w)) && !isForeign(w.resource));
  }

  dependsOn(w: Workload): Map<Resource, number> {
    const known = this.#reach.get(w) ?? distances(this.#world, [w.resource], this.#calls, FAR);
    this.#reach.set(w, known);
    return known;
  }

  /** Share of what is hurt that depends on this object or on its victims, or is one of them; null where nothing is hurt. */
  explained(on: Resource, victims: readonly Resource[] = []): number | null {
    if (this.hurt.length === 0) return null;
    return this.hurt.filter((w) => [on, ...victims].some((r) => this.dependsOn(w).has(r))).length / this.hurt.length;
  }

  /** A hurt workload that it calls, directly or through others. */
  hurtBelow(w: Workload): Workload | undefined {
    const below = new Set<Workload>();
    const queue = [w];
    for (let here = queue.pop(); here !== undefined; here = queue.pop())
      for (const [from, to] of this.#calls)
        if (from === here && to !== w && !below.has(to)) {
          below.add(to);
          queue.push(to);
        }
    return this.hurt.find((h) => below.has(h));
  }
}
