// A copy of this product that writes the next version of commits: what an upgrade brings.
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CHECKOUT } from '@awo/embedded';

const VERSION = /^export const COMMIT_VERSION = (\d+);$/m;

/** Makes the copy in `folder`; gives the version that it writes. Dependencies are the checkout's own. */
export function copyAsNewerVersion(folder: string): number {
  mkdirSync(join(folder, 'deploy'), { recursive: true });
  const parts = ['packages', 'services', 'deploy/nats', 'deploy/toolgate', 'deploy/services.yaml', 'package.json'];
  for (const part of parts) cpSync(join(CHECKOUT, part), join(folder, part), { recursive: true, verbatimSymlinks: true });
  symlinkSync(join(CHECKOUT, 'node_modules'), join(folder, 'node_modules'));
  const file = join(folder, 'packages/contracts/src/commit.ts');
  const text = readFileSync(file, 'utf8');
  const found = VERSION.exec(text);
  if (!found) throw new Error(`${file} has no COMMIT_VERSION`);
  const next = Number(found[1]) + 1;
  writeFileSync(file, text.replace(VERSION, `export const COMMIT_VERSION = ${next};`));
  return next;
}
