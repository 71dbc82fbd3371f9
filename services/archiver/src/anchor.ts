// Tells a tool outside of the installation how far the archive has come: whoever replaces the whole archive, its key and its log cannot replace that.
import { PackCheckpoint, sealOf } from '@awo/archive';
import type { Archive, ArchivePolicy, ArchiveRecord } from '@awo/archive';
import type { Bus } from '@awo/bus';
import { subjects } from '@awo/contracts';
import type { Logger } from '@awo/telemetry';
import { requestTool } from '@awo/tools/call-tool';
import { z } from 'zod';

const KEY = 'anchor';
const TIMEOUT_MS = 60_000;

const Anchored = z.object({ pack: z.number(), at: z.string() });
export type Anchored = z.infer<typeof Anchored>;

export async function lastAnchored(bus: Bus): Promise<Anchored | null> {
  const entry = await (await bus.kv('archived')).get(KEY);
  return entry?.operation === 'PUT' ? Anchored.parse(entry.json()) : null;
}

export type AnchorOptions = { bus: Bus; archive: Archive; policy: ArchivePolicy; log: Logger; now: () => Date };

/**
 * The last pack's checkpoint holds all packs before it, as each names the one before. Gives the number of the pack, or null where nothing was new.
 * Throws what the tool gate says; the next round asks again, which the tool has to bear (idempotentHint).
 */
export async function anchor({ bus, archive, policy, log, now }: AnchorOptions): Promise<number | null> {
  const { pack } = archive.catalog.last();
  if (!policy.anchor || pack === 0 || pack <= ((await lastAnchored(bus))?.pack ?? 0)) return null;
  const { capability, argument } = policy.anchor;
  const { bytes } = await archive.pack(pack);
  const checkpoint = sealOf(bytes, archive.key);
  const { manifest } = PackCheckpoint.parse(JSON.parse(checkpoint.body));
  const request = { goal: null, step: null, action: `anchor-${pack}`, fence: 0, args: { [argument]: JSON.stringify(checkpoint) } };
  const { result } = await requestTool(bus, capability, request, { timeoutMs: TIMEOUT_MS });
  const at = now().toISOString();
  const record: ArchiveRecord = { action: 'anchor', pack, manifest, capability, at, answer: result };
  await bus.js.publish(subjects.history('archive', 'anchor'), JSON.stringify(record), { msgID: `archive-anchor-${pack}` });
  await (await bus.kv('archived')).put(KEY, JSON.stringify({ pack, at } satisfies Anchored));
  log.info({ pack, capability }, 'the archive was anchored outside');
  return pack;
}
