// The ledger of effects, kept in the KV bucket `effects`: each action is claimed before it is called, then holds its result.
import { isConflict } from '@awo/bus';
import type { Bus } from '@awo/bus';
import type { KV } from '@nats-io/kv';
import { z } from 'zod';

export const EffectRecord = z.discriminatedUnion('state', [
  z.object({ state: z.literal('claimed'), request: z.string(), at: z.string(), by: z.string() }),
  z.object({ state: z.literal('done'), request: z.string(), at: z.string(), server: z.string(), result: z.record(z.string(), z.unknown()) }),
  z.object({
    state: z.literal('failed'),
    request: z.string(),
    at: z.string(),
    server: z.string(),
    code: z.string(),
    message: z.string(),
    hint: z.string().optional(),
  }),
]);
export type EffectRecord = z.infer<typeof EffectRecord>;

/** Who holds a step: who has read the later commit, and of those the one to whom it was delivered later. */
export const Fence = z.object({ seq: z.number(), attempt: z.number() });
export type Fence = z.infer<typeof Fence>;
export const isOlder = (a: Fence, b: Fence): boolean => a.seq < b.seq || (a.seq === b.seq && a.attempt < b.attempt);

export type Claim = { kind: 'ours'; revision: number } | { kind: 'theirs'; record: EffectRecord; revision: number };

export type Effects = {
  claim: (key: string, record: EffectRecord) => Promise<Claim>;
  /** Replaces the claim of `revision`; gives the new one. Throws when somebody else has it by now. */
  settle: (key: string, record: EffectRecord, revision: number) => Promise<number>;
  /** Gives a claim back: the tool said that nothing was done. */
  release: (key: string, revision: number) => Promise<void>;
  /** Raises the fence of a step; gives the highest one seen. Steps of a goal run side by side, so each has its own. */
  raiseFence: (goal: string, step: string, fence: Fence) => Promise<Fence>;
};

export function openEffects(bus: Pick<Bus, 'kv'>): Effects {
  const store = () => bus.kv('effects');
  return {
    claim: async (key, record) => claim(await store(), key, record),
    settle: async (key, record, revision) => (await store()).update(key, JSON.stringify(record), revision),
    release: async (key, revision) => void (await (await store()).delete(key, { previousSeq: revision })),
    raiseFence: async (goal, step, fence) => raiseFence(await store(), `fence.${goal}.${step}`, fence),
  };
}

async function claim(kv: KV, key: string, record: EffectRecord): Promise<Claim> {
  for (;;) {
    try {
      return { kind: 'ours', revision: await kv.create(key, JSON.stringify(record)) };
    } catch (error) {
      if (!isConflict(error)) throw error;
      const entry = await kv.get(key);
      if (entry?.operation === 'PUT') return { kind: 'theirs', record: EffectRecord.parse(entry.json()), revision: entry.revision };
    }
  }
}

async function raiseFence(kv: KV, key: string, fence: Fence): Promise<Fence> {
  for (;;) {
    const entry = await kv.get(key);
    const seen = entry?.operation === 'PUT' ? Fence.parse(entry.json()) : null;
    if (seen && isOlder(fence, seen)) return seen;
    // Written also where it stands already: a read may be old news, a write under the revision that was read is not.
    try {
      await (entry ? kv.update(key, JSON.stringify(fence), entry.revision) : kv.create(key, JSON.stringify(fence)));
      return fence;
    } catch (error) {
      if (!isConflict(error)) throw error;
    }
  }
}
