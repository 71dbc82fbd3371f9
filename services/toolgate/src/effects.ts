// The ledger of effects, kept in the KV bucket `effects`: each action is claimed before it is called, then holds its result.
import type { Bus } from '@awo/bus';
import type { KV } from '@nats-io/kv';
import { JetStreamApiError } from '@nats-io/jetstream';
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

type Claim = { kind: 'ours'; revision: number } | { kind: 'theirs'; record: EffectRecord; revision: number };

export type Effects = {
  claim: (key: string, record: EffectRecord) => Promise<Claim>;
  /** Replaces the claim of `revision`. Throws when somebody else has it by now. */
  settle: (key: string, record: EffectRecord, revision: number) => Promise<void>;
  /** Gives a claim back: the tool said that nothing was done. */
  release: (key: string, revision: number) => Promise<void>;
  /** Raises the goal's fence to `fence`; gives the highest one seen. */
  raiseFence: (goal: string, fence: number) => Promise<number>;
};

const WRONG_LAST_SEQUENCE = 10071;
const isConflict = (error: unknown) => error instanceof JetStreamApiError && error.code === WRONG_LAST_SEQUENCE;

export function openEffects(bus: Pick<Bus, 'kv'>): Effects {
  const store = () => bus.kv('effects');
  return {
    claim: async (key, record) => claim(await store(), key, record),
    settle: async (key, record, revision) => void (await (await store()).update(key, JSON.stringify(record), revision)),
    release: async (key, revision) => void (await (await store()).delete(key, { previousSeq: revision })),
    raiseFence: async (goal, fence) => raiseFence(await store(), `fence.${goal}`, fence),
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

async function raiseFence(kv: KV, key: string, fence: number): Promise<number> {
  for (;;) {
    const entry = await kv.get(key);
    const seen = entry?.operation === 'PUT' ? Number(entry.string()) : 0;
    if (seen >= fence) return seen;
    try {
      await (entry ? kv.update(key, String(fence), entry.revision) : kv.create(key, String(fence)));
      return fence;
    } catch (error) {
      if (!isConflict(error)) throw error;
    }
  }
}
