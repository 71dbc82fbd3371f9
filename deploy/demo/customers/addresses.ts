// Where customers reach the shop, and whether it is open: from what the environment has written down.
import { readFile } from 'node:fs/promises';
import { LocalEnvironment, localFiles } from '@awo/contracts';

export type Shopfront = {
  /** Address per service. */
  addresses: Map<string, string>;
  /** Whatever has traffic is ready. Right after a start some of it still comes up, and nobody would go there yet. */
  open: boolean;
};

export async function readShopfront(home: string, environment: string): Promise<Shopfront> {
  const text = await readFile(localFiles(home, environment).state, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (text === null) return { addresses: new Map(), open: false };
  const { services } = LocalEnvironment.parse(JSON.parse(text));
  return {
    addresses: new Map(services.flatMap((s) => (s.port === null ? [] : [[s.name, `http://127.0.0.1:${s.port}`] as const]))),
    open: services.every((s) => s.revisions.every((r) => r.weight === 0 || r.state === 'ready')),
  };
}
