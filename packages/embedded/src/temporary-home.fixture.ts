// A home in a temporary folder with a small list of services, for the tests of this package.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const fixture = (name: string): string => fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));

export interface TemporaryHome {
  home: string;
  servicesFile: string;
  remove(): void;
}

/** Services by name (a user of the bus) and fixture. */
export function temporaryHome(services: Record<string, { main: string; replicas?: number; env?: 'basic' | 'model' | 'caller'; down?: string }>): TemporaryHome {
  const folder = mkdtempSync(join(tmpdir(), 'awo-home-'));
  const servicesFile = join(folder, 'services.json');
  const entries = Object.entries(services).map(([name, { main, replicas = 1, env = 'basic', down }]) => ({
    name,
    kind: name.startsWith('mcp') ? 'tools' : 'agent',
    main: fixture(main),
    replicas,
    env,
    ...(down ? { down: fixture(down) } : {}),
  }));
  // JSON is YAML.
  writeFileSync(servicesFile, JSON.stringify({ provisioner: fixture('noting-provisioner.ts'), services: entries }));
  return { home: join(folder, 'home'), servicesFile, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
