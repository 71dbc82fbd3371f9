// What the supervisor and those who control it say to each other: one JSON line each way over a unix socket.
import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { TerminalError } from '@awo/contracts';
import { z } from 'zod';
import { homePaths } from './home.ts';

export const ControlRequest = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('status') }),
  z.strictObject({ do: z.literal('scale'), service: z.string(), replicas: z.number().int().min(0).max(64) }),
  /** A service or one of its instances; with `nats-server`, the bus. */
  z.strictObject({ do: z.literal('restart'), what: z.string() }),
  /** `keepTraffic`: what the services keep running for people (released programs, the edge) goes on. */
  z.strictObject({ do: z.literal('stop'), keepTraffic: z.boolean() }),
]);
export type ControlRequest = z.infer<typeof ControlRequest>;

const InstanceStatus = z.object({
  instance: z.string(),
  service: z.string(),
  state: z.enum(['starting', 'up', 'restarting', 'stopping', 'stopped']),
  pid: z.number().nullable(),
  startedAt: z.string().nullable(),
  restarts: z.number(),
  lastExit: z.string().nullable(),
});
export const SupervisorStatus = z.object({
  phase: z.enum(['starting', 'ready', 'stopping']),
  natsUrl: z.string(),
  monitorUrl: z.string().nullable(),
  nats: z.object({
    pid: z.number().nullable(),
    version: z.string().nullable(),
    restarts: z.number(),
    /** What keeps the bus from working as declared, in words. */
    trouble: z.string().nullable().default(null),
  }),
  replicas: z.record(z.string(), z.number()),
  instances: z.array(InstanceStatus),
});
export type SupervisorStatus = z.infer<typeof SupervisorStatus>;

export const ControlReply = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), status: SupervisorStatus }),
  z.object({ ok: z.literal(false), code: z.enum(['bad-arguments', 'internal']), message: z.string() }),
]);
export type ControlReply = z.infer<typeof ControlReply>;

/** Unix socket paths end at about 104 bytes; a deep AWO_HOME gets one in a folder of ours under the temporary folder. */
export function socketPath(home: string): string {
  const near = join(homePaths(home).home, 'supervisor.sock');
  if (Buffer.byteLength(near) <= 100) return near;
  const { uid } = userInfo();
  const folder = join(tmpdir(), `awo-${uid}`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const found = lstatSync(folder);
  if (!found.isDirectory() || found.uid !== uid || (found.mode & 0o077) !== 0) {
    throw new TerminalError('bad-config', `${folder} is not a folder of yours alone.`, 'Remove it, or choose a shorter AWO_HOME.');
  }
  return join(folder, `${createHash('sha256').update(near).digest('hex').slice(0, 24)}.sock`);
}
