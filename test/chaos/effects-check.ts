// Holds the ledger of the outside world against the claims and the logs: one effect per key, none without a claim, every unknown one in a person's hands.
import type { Bus, LogHead } from '@awo/bus';
import { z } from 'zod';
import { readLedger } from './ledger.ts';

const PREFIX = '$KV.effects.';
const Claim = z.looseObject({ state: z.enum(['claimed', 'done', 'failed']) });

export type EffectsReport = { violations: string[]; effects: number; unknown: number; readBack: number; recorded: number };

/** `reader` may read the bucket `effects`. */
export async function checkEffects(reader: Bus, ledgerFile: string, heads: ReadonlyMap<string, LogHead>): Promise<EffectsReport> {
  const violations: string[] = [];
  const ledger = readLedger(ledgerFile);
  const times = new Map<string, number>();
  for (const { key } of ledger) times.set(key, (times.get(key) ?? 0) + 1);
  const claims = new Map<string, z.infer<typeof Claim>>();
  const kv = await reader.kv('effects');
  // Not by the client's list of keys: that takes a server's sign of life for the end of the list, and a part would pass for the whole.
  const { state } = await reader.jsm.streams.info('KV_effects', { subjects_filter: '>' });
  for (const subject of Object.keys(state.subjects ?? {})) {
    const key = subject.slice(PREFIX.length);
    if (key.startsWith('fence.')) continue;
    const entry = await kv.get(key);
    if (entry?.operation === 'PUT') claims.set(key, Claim.parse(entry.json()));
  }
  for (const [key, count] of times) {
    if (count > 1) violations.push(`${key} took effect ${count} times`);
    if (!claims.has(key)) violations.push(`${key} took effect without a claim`);
  }
  let unknown = 0;
  for (const [key, { state }] of claims) {
    if (state === 'done' && !times.has(key)) violations.push(`${key} is recorded as done, but nothing took effect`);
    if (state !== 'claimed') continue;
    unknown++;
    const [goal = ''] = key.split('.');
    const outcome = heads.get(goal)?.commit.state.ended?.outcome;
    if (outcome !== 'needs-human') violations.push(`${key} is claimed without a result, but its goal ended ${outcome ?? 'not at all'}`);
  }
  return { violations, effects: ledger.length, unknown, ...(await answersOf(reader, heads.keys())) };
}

/** How the tool gate answered, as the logs say. */
async function answersOf(bus: Bus, goals: Iterable<string>): Promise<{ readBack: number; recorded: number }> {
  const found = { readBack: 0, recorded: 0 };
  for (const goal of goals) {
    for await (const { commit } of bus.history(goal)) {
      for (const event of commit.events) {
        if (event.type !== 'tool.called') continue;
        if (event.call.outcome === 'read-back') found.readBack++;
        if (event.call.outcome === 'recorded') found.recorded++;
      }
    }
  }
  return found;
}
