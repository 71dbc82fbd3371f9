// `node bin/run.mjs FILE ARGS` runs a file, `--vitest ARGS` runs vitest: both with the project's Node.
import { join } from 'node:path';
import { attach } from './children.mjs';
import { ROOT } from './paths.mjs';
import { ensureToolchain } from './toolchain.mjs';

const [first, ...rest] = process.argv.slice(2);
if (!first) {
  process.stderr.write('Usage: node bin/run.mjs FILE [ARGS] | --vitest [ARGS]\n');
  process.exit(2);
}
const { node } = await ensureToolchain();
const args = first === '--vitest' ? [join(ROOT, 'node_modules', 'vitest', 'vitest.mjs'), 'run', ...rest] : [first, ...rest];
process.exitCode = await attach(node, args, first === '--vitest' ? { cwd: ROOT } : {});
