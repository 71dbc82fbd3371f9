// Turns a start script or a command line of a Node package into arguments that run one node process. Pure.
import { splitCommand } from './command-line.ts';
import { runBinary, runScript, type NodeToolchain } from './node-install.ts';
import { allDependencies, type NodePackage } from './node-packages.ts';
import { within } from './paths.ts';
import type { Snapshot } from './snapshot.ts';

export type NodeStart = {
  argv: string[];
  env: Record<string, string>;
  /** The file that is run, relative to the repository; null where a tool decides. */
  entry: string | null;
  /** The tool that listens on PORT by itself, e.g. `next`. */
  server: string | null;
};

/** Tools that start a server; the ones with arguments do not read PORT by themselves. */
const SERVERS: Record<string, string[] | null> = {
  next: null,
  nuxt: null,
  nuxi: null,
  'remix-serve': null,
  'react-router-serve': null,
  nest: null,
  'react-scripts': null,
  fastify: null,
  strapi: null,
  blitz: null,
  vite: ['--host', '127.0.0.1', '--port', '$PORT', '--strictPort'],
  astro: ['--host', '127.0.0.1', '--port', '$PORT'],
  'http-server': ['-a', '127.0.0.1', '-p', '$PORT'],
  serve: ['-l', 'tcp://127.0.0.1:$PORT'],
  'json-server': ['--host', '127.0.0.1', '--port', '$PORT'],
};

/** Flags of node that take their value as a separate argument. */
const VALUE_FLAGS = new Set([
  '-r',
  '--require',
  '--import',
  '--loader',
  '--experimental-loader',
  '-C',
  '--conditions',
  '--max-old-space-size',
  '--env-file',
  '--env-file-if-exists',
  '--title',
]);

/** Arguments for a command line; null where it needs a shell. */
export function parseNodeCommand(snapshot: Snapshot, one: NodePackage, manager: NodeToolchain['manager'], line: string, depth = 0): NodeStart | null {
  const command = splitCommand(line);
  if (!command) return null;
  const { PORT: _fixed, ...env } = command.env;
  const [binary = '', ...args] = command.argv;
  const dependencies = allDependencies(one.json);
  switch (binary) {
    case 'npm':
    case 'pnpm':
    case 'yarn': {
      const name = args[0] === 'run' ? args[1] : args[0];
      const script = name === undefined ? undefined : one.json.scripts?.[name];
      const inner = script === undefined || depth > 3 || args.length > 2 ? null : parseNodeCommand(snapshot, one, manager, script, depth + 1);
      return inner && { ...inner, env: { ...inner.env, ...env } };
    }
    case 'node':
      return { ...nodeArguments(snapshot, one, args), env, server: null };
    case 'nodemon':
    case 'node-dev':
      return {
        ...nodeArguments(
          snapshot,
          one,
          args.filter((arg) => !arg.startsWith('-')),
        ),
        env,
        server: null,
      };
    case 'tsx':
    case 'ts-node':
    case 'ts-node-dev': {
      const script = args.filter((arg) => arg !== 'watch' && !/^--(watch|respawn|transpile-only|clear-screen.*)$/.test(arg));
      if (script.some((arg, i) => arg.startsWith('-') && i === 0)) return null;
      const start = nodeArguments(snapshot, one, script);
      // Its loader does what it was chosen for (paths, enums, decorators); node alone runs the rest as it is.
      const loader = dependencies['tsx'] ? ['--import', 'tsx'] : dependencies['ts-node'] ? ['--require', 'ts-node/register'] : [];
      return { ...start, argv: ['node', ...loader, ...start.argv.slice(1)], env, server: null };
    }
    case 'npx':
      return parseNodeCommand(snapshot, one, manager, args.filter((arg) => arg !== '--no-install' && arg !== '-y').join(' '), depth + 1);
    default: {
      const extra = SERVERS[binary];
      if (extra === undefined) return null;
      const address = extra?.find((arg) => arg.startsWith('-')) ?? '';
      const own = extra && args.some((arg) => arg.includes('$PORT')) ? [] : (extra ?? []);
      return { argv: [...runBinary(manager, binary), ...withoutFlag(args, address, own.length > 0), ...own], env, entry: null, server: binary };
    }
  }
}

/** A start through the package manager, for scripts that need a shell. */
export const scriptStart = (manager: NodeToolchain['manager'], script: string): NodeStart => ({
  argv: runScript(manager, script),
  env: {},
  entry: null,
  server: null,
});

const withoutFlag = (args: string[], flag: string, drop: boolean): string[] =>
  drop && args.includes(flag) ? args.filter((arg, i) => arg !== flag && args[i - 1] !== flag) : args;

function nodeArguments(snapshot: Snapshot, one: NodePackage, args: string[]): Pick<NodeStart, 'argv' | 'entry'> {
  const argv = ['node'];
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? '';
    if (arg.startsWith('-')) {
      const separate = VALUE_FLAGS.has(arg) ? args[i + 1] : undefined;
      if (separate !== undefined) i++;
      if (/^--(watch|inspect)/.test(arg)) continue;
      // Node refuses to start without the file, and files with secrets are seldom committed.
      const file = arg === '--env-file' ? separate : /^--env-file=(.*)/.exec(arg)?.[1];
      if (file !== undefined && !snapshot.has(within(one.dir, file))) continue;
      argv.push(arg, ...(separate === undefined ? [] : [separate]));
      continue;
    }
    const entry = resolveEntry(snapshot, one.dir, arg);
    return { argv: [...argv, arg, ...args.slice(i + 1)], entry: entry ?? within(one.dir, arg) };
  }
  const index = resolveEntry(snapshot, one.dir, one.json.main ?? 'index.js');
  return { argv: [...argv, ...(args.length === 0 ? ['.'] : [])], entry: index };
}

/** The committed file that an argument of node names, with the extensions that node adds. */
function resolveEntry(snapshot: Snapshot, dir: string, name: string): string | null {
  const path = within(dir, name);
  return [path, `${path}.js`, `${path}.mjs`, `${path}.cjs`, `${path}.ts`, `${path}/index.js`, `${path}/index.ts`].find((p) => snapshot.has(p)) ?? null;
}
