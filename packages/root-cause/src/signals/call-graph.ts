// Who depends on whom, for walking from the symptom towards its cause. Pure.
import type { Topology } from '@awo/contracts';

const DOWNWARDS = /^(calls|reads|runs-on|uses|depends-on|publishes)$/;

export class CallGraph {
  readonly #callees = new Map<string, Set<string>>();
  readonly #callers = new Map<string, Set<string>>();

  constructor(topology: Topology, seen: readonly { from: string; to: string }[]) {
    for (const e of topology.edges) if (DOWNWARDS.test(e.kind)) this.#add(e.from, e.to);
    // An owner lives and fails by what it owns.
    for (const e of topology.edges) if (e.kind === 'owns') this.#add(e.from, e.to);
    for (const e of seen) this.#add(e.from, e.to);
  }

  #add(from: string, to: string): void {
    if (from === to) return;
    this.#callees.set(from, (this.#callees.get(from) ?? new Set()).add(to));
    this.#callers.set(to, (this.#callers.get(to) ?? new Set()).add(from));
  }

  callees(entity: string): string[] {
    return [...(this.#callees.get(entity) ?? [])];
  }

  callers(entity: string): string[] {
    return [...(this.#callers.get(entity) ?? [])];
  }

  get isEmpty(): boolean {
    return this.#callees.size === 0;
  }

  /** Steps along calls from an entity; what it cannot reach is not in it. */
  below(entity: string): Map<string, number> {
    const steps = new Map([[entity, 0]]);
    const queue = [entity];
    for (let here = queue.shift(); here !== undefined; here = queue.shift())
      for (const next of this.callees(here))
        if (!steps.has(next)) {
          steps.set(next, (steps.get(here) ?? 0) + 1);
          queue.push(next);
        }
    return steps;
  }
}
