// ensureToolchain(): Node, pnpm and the workspace's packages, brought once into the checkout; afterwards a few file looks.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { capture } from './children.mjs';
import { bringCommand } from './command.mjs';
import { installTools, toolEnvironment } from './install-tools.mjs';
import { holding } from './lock.mjs';
import { ROOT, TOOLCHAIN_MARK, TOOLS, TOOLS_NODE, TOOLS_PNPM, WORKSPACE_MARK } from './paths.mjs';
import { NODE_FLOOR, NODE_VERSION, PNPM_VERSION, runningNodeSuffices } from './pins.mjs';
import { during, say } from './progress.mjs';

const LOCKFILE = join(ROOT, 'pnpm-lock.yaml');
const withNode = !runningNodeSuffices();

function readMark(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return {};
  }
}

function writeMark(file, mark) {
  writeFileSync(`${file}.${process.pid}`, `${JSON.stringify(mark)}\n`);
  renameSync(`${file}.${process.pid}`, file);
}

function toolsReady() {
  const mark = readMark(TOOLCHAIN_MARK);
  if (mark.pnpm !== PNPM_VERSION || mark.host !== `${process.platform}-${process.arch}` || !existsSync(TOOLS_PNPM)) return false;
  return !withNode || (mark.node === NODE_VERSION && existsSync(TOOLS_NODE));
}

const lockfileDigest = () => createHash('sha256').update(readFileSync(LOCKFILE)).digest('hex');

function workspaceReady() {
  const mark = readMark(WORKSPACE_MARK);
  // The time tells at once; the digest decides where a checkout touched the file without changing it.
  return mark.digest !== undefined && (mark.mtimeMs === statSync(LOCKFILE).mtimeMs || mark.digest === lockfileDigest());
}

const versionOf = (binary) =>
  capture(binary, ['--version']).then(
    (text) => text.trim().replace(/^v/, ''),
    () => undefined,
  );

async function bringTools() {
  const found = { node: withNode ? await versionOf(TOOLS_NODE) : undefined, pnpm: await versionOf(TOOLS_PNPM) };
  if (found.pnpm !== PNPM_VERSION || (withNode && found.node !== NODE_VERSION)) {
    const why = withNode
      ? `this machine's Node is ${process.versions.node}, the project needs ${NODE_FLOOR.join('.')} or newer`
      : 'pnpm installs the workspace';
    await during(`Fetching ${withNode ? `Node ${NODE_VERSION} and ` : ''}pnpm ${PNPM_VERSION} from npm into .tools/ (${why}; once)`, () =>
      installTools({ withNode }),
    );
    if (withNode && (await versionOf(TOOLS_NODE)) !== NODE_VERSION)
      throw new Error(`Node ${NODE_VERSION} from npm does not run on ${process.platform}-${process.arch}`);
  }
  writeMark(TOOLCHAIN_MARK, { ...(withNode ? { node: NODE_VERSION } : {}), pnpm: PNPM_VERSION, host: `${process.platform}-${process.arch}` });
}

async function bringWorkspace() {
  const why = existsSync(WORKSPACE_MARK) ? 'pnpm-lock.yaml has changed' : 'first start in this checkout';
  await during(`Installing the workspace's packages (${why})`, () =>
    capture(TOOLS_PNPM, ['install', '--frozen-lockfile', '--prefer-offline', '--reporter=append-only'], {
      cwd: ROOT,
      env: { ...toolEnvironment(), CI: 'true' },
    }),
  );
  writeMark(WORKSPACE_MARK, { digest: lockfileDigest(), mtimeMs: statSync(LOCKFILE).mtimeMs });
}

/** True where nothing has to be fetched. Costs a few file looks. */
const toolchainReady = () => toolsReady() && workspaceReady();

/** The Node that runs the project, with everything it needs in place. Ends the process with code 3 and one message where that can't be had. */
export async function ensureToolchain() {
  const node = withNode ? TOOLS_NODE : process.execPath;
  if (toolchainReady()) return { node };
  mkdirSync(TOOLS, { recursive: true });
  try {
    await holding(join(TOOLS, 'lock'), async () => {
      if (!toolsReady()) await bringTools();
      if (!workspaceReady()) {
        await bringWorkspace();
        await bringCommand(node);
      }
    });
  } catch (error) {
    if (error.signal) process.exit(130);
    say(`Could not set up the toolchain: ${error.message}`);
    say(
      `Way out: reach the npm registry (npm's own proxy and registry settings are used), or install Node ${NODE_FLOOR.join('.')} or newer with npm; then start again.`,
    );
    process.exit(3);
  }
  return { node };
}
