// What the edge is told: services, ports, revisions with weights; and which revision a request goes to. Pure.
import { Name, Sha } from '@awo/contracts';
import { z } from 'zod';

export const Target = z.object({
  revision: Sha,
  generation: z.number().int(),
  port: z.number().int().nullable(),
  weight: z.number().min(0).max(100),
  /** Ports of further processes of the same revision. */
  more: z.array(z.number().int()).optional(),
  /** A fresh process of a revision that runs beside the others: counted by itself. */
  control: z.literal(true).optional(),
  /** Per cent of the requests to others that it gets a copy of. */
  copies: z.number().optional(),
});
export type Target = z.infer<typeof Target>;

/** Body of PUT /routes, and the file that the edge starts from. The whole environment at once. */
export const Routes = z.object({ services: z.array(z.object({ name: Name, port: z.number().int(), shed: z.number().optional(), targets: z.array(Target) })) });
export type Routes = z.infer<typeof Routes>;

/** Answer to PUT /routes: where each service really listens. */
export const Listening = z.object({ ports: z.record(z.string(), z.number().int()) });
export type Listening = z.infer<typeof Listening>;

/**
 * The target whose share holds `point` in [0, 100). Shares lie in the order of generations, so that while the newest one grows, a customer who is on it stays on it.
 * Null where nothing has weight.
 */
export function choose<T extends { generation: number; weight: number }>(targets: readonly T[], point: number): T | null {
  let upTo = 0;
  let last: T | null = null;
  for (const target of targets) {
    if (target.weight <= 0) continue;
    upTo += target.weight;
    last = target;
    if (point < upTo) return target;
  }
  return last;
}

/** In the order that `choose` expects. */
export const inOrder = <T extends { generation: number }>(targets: readonly T[]): T[] => targets.toSorted((a, b) => a.generation - b.generation);

/** 32 bits, well mixed: FNV-1a (Fowler, Noll, Vo, 1991) and the finalizer of MurmurHash3 (Appleby, 2011). */
export function hash32(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** A customer's fixed place in [0, 100) for one service. */
export const pointOf = (customer: string, service: string): number => (hash32(`${service}\n${customer}`) / 2 ** 32) * 100;
