// What waits on the bus: messages per durable consumer, bytes of all streams, room on the disk.
import { statfs } from 'node:fs/promises';
import type { Bus } from '@awo/bus';

const STREAMS = ['GOALS', 'TIMERS', 'INBOX'] as const;

type Backlog = {
  consumers: { stream: string; consumer: string; pending: number; ackPending: number; waiting: number }[];
  storedBytes: number;
  /** Of the disk that holds `folder`; null where the streams are on other machines. */
  disk: { freeBytes: number; totalBytes: number } | null;
};

/** `folder`: any on the disk of the streams, or null. */
export async function readBacklog(bus: Bus, folder: string | null): Promise<Backlog> {
  const [lists, account, disk] = await Promise.all([
    Promise.all(STREAMS.map((stream) => bus.jsm.consumers.list(stream).next())),
    bus.jsm.getAccountInfo(),
    folder === null ? null : statfs(folder).catch(() => null),
  ]);
  const consumers = lists.flat().flatMap((info) =>
    // Those of passing readers have names that never come again.
    info.config.durable_name
      ? [{ stream: info.stream_name, consumer: info.name, pending: info.num_pending, ackPending: info.num_ack_pending, waiting: info.num_waiting }]
      : [],
  );
  return {
    consumers,
    storedBytes: account.storage,
    disk: disk && { freeBytes: disk.bavail * disk.bsize, totalBytes: disk.blocks * disk.bsize },
  };
}
