#!/usr/bin/env node
// The `awo` command where bin/awo finds something missing, or the machine's own Node will do: brings what is missing and goes on.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { COMPILE_CACHE, ROOT, TOOLCHAIN_MARK, TOOLS_NODE, WORKSPACE_MARK } from './paths.mjs';
import { runningNodeSuffices } from './pins.mjs';

const main = join(ROOT, 'packages', 'cli', 'src', 'main.ts');
const inProcess = runningNodeSuffices();

// Only looks whether things are there: `npm start` and `npm test` also follow a changed lock file.
if (!existsSync(WORKSPACE_MARK) || !existsSync(TOOLCHAIN_MARK) || !(inProcess || existsSync(TOOLS_NODE))) {
  const { ensureToolchain } = await import('./toolchain.mjs');
  await ensureToolchain();
}

if (inProcess) {
  const { enableCompileCache } = await import('node:module');
  enableCompileCache(COMPILE_CACHE);
  await import(pathToFileURL(main).href);
} else {
  const { attach } = await import('./children.mjs');
  // A young generation that is large from the start: loading a command otherwise pays for a dozen collections, a tenth of its time.
  process.exitCode = await attach(TOOLS_NODE, ['--min-semi-space-size=16', main, ...process.argv.slice(2)], {
    env: { ...process.env, NODE_COMPILE_CACHE: COMPILE_CACHE },
  });
}
