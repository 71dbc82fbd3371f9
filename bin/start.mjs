// `npm start`: toolchain, then the demo.
import { join } from 'node:path';
import { attach } from './children.mjs';
import { COMPILE_CACHE, ROOT } from './paths.mjs';
import { bringCommand } from './command.mjs';
import { ensureToolchain } from './toolchain.mjs';

const { node } = await ensureToolchain();
await bringCommand(node);
process.exitCode = await attach(node, [join(ROOT, 'deploy', 'demo', 'run.ts'), ...process.argv.slice(2)], {
  env: { ...process.env, NODE_COMPILE_CACHE: COMPILE_CACHE },
});
