// The Go reader: modules, main packages that serve, suites. Pure.
import type { Finding, Install } from '@awo/contracts';
import { type GoModule, ownGoFiles, readGoModules } from './go-modules.ts';
import { shortName } from './naming.ts';
import { dirOf, relative, within } from './paths.ts';
import { emptyReading, type Reading, type ServiceDraft } from './reading.ts';
import { isTest, lineAt, type Snapshot, type SourceFile } from './snapshot.ts';
import { findPortRead } from './source-signs.ts';

const LISTENS = /ListenAndServe|http\.Serve\(|net\.Listen\(|\.Run\(|\.Start\(|\.Listen\(|fasthttp/;
const SERVES = /"(net\/http|github\.com\/(gin-gonic\/gin|labstack\/echo|gofiber\/fiber|go-chi\/chi|gorilla\/mux|valyala\/fasthttp)(\/[^"]*)?|net)"/;
const FIXED_PORT = /(?:ListenAndServe|net\.Listen|\.Run|\.Start|\.Listen)\([^)\n]*"[^"\n]*:(\d{2,5})"|Addr:\s*"[^"\n]*:(\d{2,5})"/;
const GENERIC = new Set(['.', 'cmd', 'main', 'server', 'app', 'api', 'src']);

export function readGo(snapshot: Snapshot): Reading {
  const reading = emptyReading();
  const modules = readGoModules(snapshot);
  for (const module of modules) {
    const install: Install[] = module.external
      ? [{ dir: module.dir, command: ['go', 'mod', 'download'], lockfile: snapshot.has(within(module.dir, 'go.sum')) ? within(module.dir, 'go.sum') : null }]
      : [];
    const files = ownGoFiles(snapshot, module, modules);
    const code = files.filter(({ path }) => !isTest(path));
    reading.packages.push({ dir: module.dir, kind: 'go', name: module.name, manifest: module.manifest, dependsOn: module.dependsOn });
    reading.toolchains.push({ dir: module.dir, language: 'go', install });
    for (const main of mainPackages(code)) {
      const service = goService(module, main, code, install, mainPackages(code).length, reading.findings);
      if (service) reading.services.push(service);
    }
    const test = files.find(({ path, text }) => path.endsWith('_test.go') && /\bfunc (Test|Example|Fuzz)/.test(text));
    if (test)
      reading.suites.push({ unit: module.dir, dir: module.dir, command: ['go', 'test', '-json', './...'], runner: 'go', install, at: `${test.path}:1` });
  }
  return reading;
}

type Main = { dir: string; file: SourceFile };

function mainPackages(code: readonly SourceFile[]): Main[] {
  const mains = new Map<string, SourceFile>();
  for (const file of code) {
    // Files that the build leaves out (generators) are no program of the module.
    if (/^package main\b/m.test(file.text) && /^func main\(\)/m.test(file.text) && !/^\/\/go:build ignore/m.test(file.text)) mains.set(dirOf(file.path), file);
  }
  return [...mains].map(([dir, file]) => ({ dir, file }));
}

function goService(
  module: GoModule,
  { dir, file }: Main,
  code: readonly SourceFile[],
  install: Install[],
  mains: number,
  findings: Finding[],
): ServiceDraft | null {
  const sources = reachable(module, dir, code);
  if (!sources.some(({ text }) => SERVES.test(text)) || !sources.some(({ text }) => LISTENS.test(text))) return null;
  const base =
    dir === module.dir
      ? shortName(module.path)
      : GENERIC.has(shortName(dir)) && mains === 1
        ? shortName(module.dir === '.' ? module.path : module.dir)
        : shortName(dir);
  const binary = `.awo-bin/${base.replace(/[^A-Za-z0-9_-]/g, '-')}`;
  const port = findPortRead(sources);
  const flag = port ? null : portFlag(sources);
  if (!port && !flag) {
    const fixed = sources.find(({ text }) => FIXED_PORT.test(text));
    if (!fixed) return null;
    findings.push({
      about: base,
      what: 'service',
      value: `listens on the fixed port ${FIXED_PORT.exec(fixed.text)?.slice(1).find(Boolean)}`,
      at: lineAt(fixed.path, fixed.text, FIXED_PORT),
      level: 'missing',
      hint: 'Two revisions cannot run side by side on one port. Take it from the environment: os.Getenv("PORT").',
    });
    return null;
  }
  return {
    names: [base, `${shortName(module.dir === '.' ? module.path : module.dir)}-${shortName(dir)}`],
    dir: module.dir,
    language: 'go',
    install,
    build: [{ dir: module.dir, command: ['go', 'build', '-o', binary, `./${relative(module.dir, dir)}`.replace(/\/\.$/, '').replace(/^\.\/?$/, '.')] }],
    start: flag ? [binary, flag.argument] : [binary],
    env: {},
    at: flag?.at ?? lineAt(file.path, file.text, /^func main\(\)/m),
    sources,
    guess: port === null,
  };
}

/** `-addr` or `-port`, where the program takes its port from a flag. */
function portFlag(sources: readonly SourceFile[]): { argument: string; at: string } | null {
  for (const { path, text } of sources) {
    const match = /flag\.(String|Int|Uint)(?:Var)?\((?:&\w+(?:\.\w+)*,\s*)?"((?:http-?)?(?:addr|address|listen|port))"/.exec(text);
    if (match) return { argument: `-${match[2]}=${match[2]?.endsWith('port') ? '' : '127.0.0.1:'}$PORT`, at: lineAt(path, text, match.index) };
  }
  return null;
}

/** The files of a main package and of the module's packages that it imports, nearest first. */
function reachable(module: GoModule, dir: string, code: readonly SourceFile[]): SourceFile[] {
  const byDir = Map.groupBy(code, ({ path }) => dirOf(path));
  const seen = new Set([dir]);
  for (const at of seen) {
    for (const { text } of byDir.get(at) ?? []) {
      for (const [, imported = ''] of text.matchAll(/"([^"\n]+)"/g)) {
        if (imported === module.path) seen.add(module.dir);
        else if (imported.startsWith(`${module.path}/`)) seen.add(within(module.dir, imported.slice(module.path.length + 1)));
      }
    }
  }
  return [...seen].flatMap((at) => byDir.get(at) ?? []);
}
