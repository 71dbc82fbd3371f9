// The port behind which sealed goals lie: named objects that are written once, and rewritten only when retention takes goals out.
import type { Connection } from '@awo/bus';
import type { StoreConfig } from './policy.ts';

export type ArchiveStore = {
  /** For people: where it is. */
  place: string;
  /** False: that name is taken, and what is there stays. Durable when it resolves. */
  create: (name: string, bytes: Uint8Array) => Promise<boolean>;
  /** Puts other bytes in the place of an object. Durable when it resolves. */
  replace: (name: string, bytes: Uint8Array) => Promise<void>;
  /** Null: there is none of that name. */
  read: (name: string) => Promise<Uint8Array | null>;
};

/** What an adapter throws when its place cannot be reached passes: everything is asked again in the next round. */
export async function openStore(config: StoreConfig, connection: Connection, env: Readonly<Record<string, string | undefined>>): Promise<ArchiveStore> {
  switch (config.kind) {
    case 'jetstream':
      return (await import('./store-jetstream.ts')).jetstreamStore(connection, config.bucket);
    case 'directory':
      return (await import('./store-directory.ts')).directoryStore(config.path);
    case 's3':
      return (await import('./store-s3.ts')).s3Store(config, env);
  }
}
