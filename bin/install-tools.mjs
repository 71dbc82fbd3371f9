// Brings Node and pnpm as npm packages into .tools/, by whatever npm the machine has. Needs no install script of any package.
import { existsSync, mkdirSync, readdirSync, realpathSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { capture } from './children.mjs';
import { TOOLS } from './paths.mjs';
import { NODE_VERSION, PNPM_VERSION } from './pins.mjs';

/** The npm package with Node's binary for this machine. */
function nodePackage() {
  const prefix = process.platform === 'darwin' && process.arch === 'arm64' ? 'node-bin' : 'node';
  return `${prefix}-${process.platform}-${process.arch}`;
}

/** The npm that belongs to the running Node: npm's own word, then beside the binary, then PATH. */
function npmCommand() {
  const told = process.env['npm_execpath'];
  if (told && basename(told) === 'npm-cli.js' && existsSync(told)) return [process.execPath, told];
  const beside = join(dirname(realpathSync(process.execPath)), '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js');
  return existsSync(beside) ? [process.execPath, beside] : ['npm'];
}

/** The caller's environment, with every place that npm and pnpm write to moved into .tools/. */
export function toolEnvironment() {
  const env = {
    ...process.env,
    XDG_CACHE_HOME: join(TOOLS, 'xdg', 'cache'),
    XDG_STATE_HOME: join(TOOLS, 'xdg', 'state'),
    XDG_DATA_HOME: join(TOOLS, 'xdg', 'data'),
    PNPM_HOME: join(TOOLS, 'xdg', 'pnpm'),
    npm_config_cache: join(TOOLS, 'npm-cache'),
    npm_config_update_notifier: 'false',
  };
  // `npm start` hands its own project folder down; the nested npm has another.
  delete env.npm_config_local_prefix;
  return env;
}

/** Installs into a folder of its own and renames it in place: a kill in the middle leaves the old state. */
export async function installTools({ withNode }) {
  for (const name of existsSync(TOOLS) ? readdirSync(TOOLS) : []) {
    if (/^(staging|old)-\d+$/.test(name)) rmSync(join(TOOLS, name), { recursive: true, force: true });
  }
  const staging = join(TOOLS, `staging-${process.pid}`);
  mkdirSync(staging, { recursive: true });
  writeFileSync(join(staging, 'package.json'), '{"private":true}\n');
  // Exact versions: for a range, npm on an older Node quietly picks an old major that suits that Node.
  const wanted = [`pnpm@${PNPM_VERSION}`, ...(withNode ? [`${nodePackage()}@${NODE_VERSION}`] : [])];
  const [command, ...first] = npmCommand();
  // The folder is told by cwd: --prefix would also move the machine's npmrc (proxy, certificates) out of sight.
  const flags = [
    '--no-audit',
    '--no-fund',
    '--ignore-scripts',
    '--loglevel=error',
    '--include=optional',
    '--fetch-retry-mintimeout=1000',
    '--fetch-retry-maxtimeout=5000',
  ];
  try {
    await capture(command, [...first, 'install', ...flags, ...wanted], { cwd: staging, env: toolEnvironment() });
  } catch (error) {
    throw new Error(/ENOENT/.test(error.message) ? `no npm beside ${process.execPath} nor on PATH` : error.message);
  }
  linkBinaries(join(staging, 'node_modules'), withNode);
  const place = join(TOOLS, 'node_modules');
  if (existsSync(place)) renameSync(place, join(TOOLS, `old-${process.pid}`));
  renameSync(join(staging, 'node_modules'), place);
  for (const name of [`staging-${process.pid}`, `old-${process.pid}`]) rmSync(join(TOOLS, name), { recursive: true, force: true });
}

function linkBinaries(modules, withNode) {
  const bin = join(modules, '.bin');
  const link = (name, target) => {
    rmSync(join(bin, name), { force: true });
    symlinkSync(relative(bin, target), join(bin, name));
  };
  mkdirSync(bin, { recursive: true });
  if (withNode) link('node', join(modules, nodePackage(), 'bin', 'node'));
  // pnpm's own bin is a placeholder that its install script replaces with this binary.
  const scope = join(modules, '@pnpm');
  const native = (existsSync(scope) ? readdirSync(scope) : []).map((name) => join(scope, name, 'pnpm')).find((path) => existsSync(path));
  if (!native) throw new Error(`pnpm ${PNPM_VERSION} has no binary for ${process.platform}-${process.arch}`);
  link('pnpm', native);
}
