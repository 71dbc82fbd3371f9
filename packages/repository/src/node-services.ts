// Services of Node packages: what listens on PORT and how it is started. Pure.
import type { Finding } from '@awo/contracts';
import { shortName } from './naming.ts';
import { runScript, type NodeToolchain } from './node-install.ts';
import { allDependencies, type NodePackage } from './node-packages.ts';
import { type NodeStart, parseNodeCommand, scriptStart } from './node-start.ts';
import { ownerOf, within } from './paths.ts';
import type { ServiceDraft } from './reading.ts';
import { isTest, lineAt, type Snapshot, type SourceFile } from './snapshot.ts';
import { findPortRead } from './source-signs.ts';

const LISTENS =
  /\.listen\s*\(|\bserve\s*\(|\bBun\.serve\b|\bDeno\.serve\b|createServer\s*\(|from\s+["'](?:express|fastify|koa|hono|restify|polka|@hapi\/hapi|@nestjs\/core|@hono\/node-server)["']|require\(["'](?:express|fastify|koa|restify|polka|@hapi\/hapi)["']\)/;
const FIXED_PORT = /\.listen\s*\(\s*(?:\{\s*port\s*:\s*)?(\d{2,5})\b/;
const ENTRIES = ['server', 'index', 'app', 'main', 'src/server', 'src/index', 'src/main', 'src/app', 'bin/www'].flatMap((name) =>
  ['.js', '.ts', '.mjs', '.mts', '.cjs', ''].map((extension) => name + extension),
);
/** Scripts that start what is released, best first. */
const START_SCRIPTS = ['start:prod', 'start:production', 'start', 'serve', 'server'];

/** The service of a package, or null: a library, a tool, or something that ignores PORT (which becomes a finding). */
export function nodeService(
  snapshot: Snapshot,
  one: NodePackage,
  toolchain: NodeToolchain,
  nested: ReadonlySet<string>,
  findings: Finding[],
): ServiceDraft | null {
  if (isTest(`${one.dir}/`)) return null;
  const sources = ownSources(snapshot, one, nested);
  const port = findPortRead(sources);
  const listens = sources.find(({ text }) => LISTENS.test(text));
  for (const { start, at } of candidates(snapshot, one, toolchain)) {
    if (start.server === null && !listens) continue;
    // A front end is built and then served as files; its development server is no service.
    const served = start.server === 'vite' ? { ...start, argv: withPreview(start.argv) } : start;
    if (start.server === null && !port) {
      const fixed = sources.find(({ text }) => FIXED_PORT.test(text));
      if (fixed) return ignoresPort(one, fixed, findings);
    }
    return {
      names: namesOf(one),
      dir: one.dir,
      language: 'node',
      install: toolchain.install,
      build: buildSteps(snapshot, one, toolchain, start),
      start: served.argv,
      env: start.env,
      at,
      sources: nearestFirst(sources, start.entry),
      guess: start.server === null && port === null,
    };
  }
  return null;
}

function namesOf(one: NodePackage): string[] {
  const [name, dir] = [shortName(one.json.name ?? ''), one.dir === '.' ? '' : shortName(one.dir)];
  return [name, dir, name === '' || dir === '' ? '' : `${dir}-${name}`];
}

/** Sources of a package without those of packages inside it and without tests. */
function ownSources(snapshot: Snapshot, one: NodePackage, nested: ReadonlySet<string>): SourceFile[] {
  const dirs = new Set([...nested, one.dir]);
  return snapshot.sources(one.dir, /\.[cm]?[jt]sx?$/).filter(({ path }) => !isTest(path) && ownerOf(path, dirs) === one.dir);
}

function* candidates(snapshot: Snapshot, one: NodePackage, { manager }: NodeToolchain): Generator<{ start: NodeStart; at: string }> {
  const scripts = one.json.scripts ?? {};
  for (const name of START_SCRIPTS) {
    const script = scripts[name];
    if (script === undefined) continue;
    const at = lineAt(one.path, one.text, `"${name}"`);
    const start = parseNodeCommand(snapshot, one, manager, script);
    if (start) yield { start, at };
    // What only a shell can run is trusted where it is called "start"; "serve" is too often a documentation server.
    else if (name.startsWith('start') && !/\b(tsc|webpack|rollup|storybook|jest|vitest|gulp|expo|electron|lerna|turbo|concurrently)\b/.test(script))
      yield { start: scriptStart(manager, name), at };
  }
  if (allDependencies(one.json)['vite'] && snapshot.has(within(one.dir, 'index.html'))) {
    const start = parseNodeCommand(snapshot, one, manager, 'vite preview');
    if (start) yield { start, at: lineAt(one.path, one.text, '"vite"') };
  }
  for (const entry of [one.json.main, ...ENTRIES]) {
    const path = entry === undefined ? undefined : within(one.dir, entry);
    const text = path === undefined ? undefined : snapshot.text(path);
    // The file that is run must itself take the port: a library's main may well define a listen().
    if (entry === undefined || path === undefined || text === undefined) continue;
    const takesPort = findPortRead([{ path, text }]);
    if ((takesPort || FIXED_PORT.test(text)) && LISTENS.test(text)) {
      yield { start: { argv: ['node', entry.replace(/^\.\//, '')], env: {}, entry: path, server: null }, at: takesPort?.at ?? lineAt(path, text, FIXED_PORT) };
    }
  }
}

const withPreview = (argv: string[]): string[] => {
  const at = argv.indexOf('vite') + 1;
  return argv[at] === 'preview' ? argv : [...argv.slice(0, at), 'preview', ...argv.slice(at).filter((arg) => arg !== 'dev' && arg !== 'serve')];
};

function buildSteps(snapshot: Snapshot, one: NodePackage, { manager }: NodeToolchain, start: NodeStart): ServiceDraft['build'] {
  const scripts = one.json.scripts ?? {};
  const steps: string[] = [];
  // Through npm a prestart script runs by itself.
  if (scripts['prestart'] !== undefined && start.argv[1] !== 'run') steps.push('prestart');
  const committed = start.entry !== null && snapshot.has(start.entry);
  if (scripts['build'] !== undefined && !committed) steps.unshift('build');
  return steps.map((name) => ({ dir: one.dir, command: runScript(manager, name) }));
}

function nearestFirst(sources: SourceFile[], entry: string | null): SourceFile[] {
  return entry === null ? sources : [...sources].sort((a, b) => Number(b.path === entry) - Number(a.path === entry));
}

function ignoresPort(one: NodePackage, source: SourceFile, findings: Finding[]): null {
  const port = FIXED_PORT.exec(source.text)?.[1] ?? '';
  findings.push({
    about: one.dir,
    what: 'service',
    value: `listens on the fixed port ${port}`,
    at: lineAt(source.path, source.text, FIXED_PORT),
    level: 'missing',
    hint: `Two revisions cannot run side by side on one port. Take it from the environment: listen(process.env.PORT ?? ${port}).`,
  });
  return null;
}
