// Where the toolchain lives: inside the checkout, nothing global, nothing in the user's home.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
export const TOOLS = join(ROOT, '.tools');
export const TOOLS_NODE = join(TOOLS, 'node_modules', '.bin', 'node');
export const TOOLS_PNPM = join(TOOLS, 'node_modules', '.bin', 'pnpm');
/** Written last: a toolchain without it is unfinished. */
export const TOOLCHAIN_MARK = join(TOOLS, 'toolchain.json');
/** Written after `pnpm install` has ended well. */
export const WORKSPACE_MARK = join(ROOT, 'node_modules', '.awo-installed.json');
/** The awo command in one piece: a folder for each time it was made, and `current`. */
export const COMMAND = join(TOOLS, 'command');
/** Stripped TypeScript, kept by Node between runs. */
export const COMPILE_CACHE = join(TOOLS, 'compile-cache');
