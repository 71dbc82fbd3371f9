// Where customers reach the shop: the ports that the environment's state names.
import { readFile } from 'node:fs/promises';
import { LocalEnvironment, localFiles } from '@awo/contracts';

/** Address per service. Empty while the environment is not there yet. */
export async function readAddresses(home: string, environment: string): Promise<Map<string, string>> {
  const text = await readFile(localFiles(home, environment).state, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (text === null) return new Map();
  const { services } = LocalEnvironment.parse(JSON.parse(text));
  return new Map(services.flatMap((s) => (s.port === null ? [] : [[s.name, `http://127.0.0.1:${s.port}`] as const])));
}
