// Four repositories of several services and languages, each another house: which parts, which languages, where things lie. Pure.
import { randomFrom } from '@awo/mutation';
import { type Aim, type Draw, drawFrom, type Home, type Part } from './part.ts';
import { code } from './parts/code.ts';
import { fileRead, generated, plugin, schema, table } from './parts/data.ts';
import { route, subject } from './parts/messages.ts';
import { cacheKey, header, metric, workerName } from './parts/names.ts';
import { graph, rpc, rpcGo } from './parts/remote.ts';
import { configuration, environment, flag } from './parts/settings.ts';
import { template, translation } from './parts/texts.ts';
import { injectedGo, injectedJs, injectedPy, packaged } from './parts/wiring.ts';

/** `groups`: files of which a change of one often needs a change of the others. */
export type Generated = { name: string; files: Record<string, string>; aims: Aim[]; groups: string[][] };
type Make = (draw: Draw, home: Home) => Part;

/** `later` has a draw of its own: a repository stays as it was measured, and gets more. */
const HOUSES: readonly { name: string; home: Home; parts: readonly Make[]; later: readonly Make[] }[] = [
  {
    name: 'shop: JavaScript and Python services',
    home: { js: (name) => `services/${name}`, py: (name) => `services/${name}`, go: (name) => `go/${name}` },
    parts: [
      (d, h) => code(d, h, 'js', 9),
      (d, h) => code(d, h, 'js', 6),
      (d, h) => code(d, h, 'py', 6),
      (d, h) => environment(d, h, 'js'),
      (d, h) => environment(d, h, 'js'),
      (d, h) => environment(d, h, 'py'),
      (d, h) => configuration(d, h, 'js'),
      (d, h) => configuration(d, h, 'py'),
      (d, h) => route(d, h, 'js', 'js'),
      (d, h) => route(d, h, 'py', 'js'),
      (d, h) => route(d, h, 'js', 'py'),
      (d, h) => subject(d, h, 'js', 'js'),
      (d, h) => subject(d, h, 'py', 'js'),
      (d, h) => table(d, h, 'js'),
      (d, h) => table(d, h, 'py'),
      (d, h) => schema(d, h, 'js'),
      (d, h) => flag(d, h, 'js'),
      (d, h) => fileRead(d, h, 'js'),
      (d, h) => fileRead(d, h, 'py'),
      (d, h) => generated(d, h),
      (d, h) => plugin(d, h, 'js'),
    ],
    later: [
      (d, h) => injectedJs(d, h, 'folder'),
      (d, h) => injectedJs(d, h, 'token'),
      (d, h) => injectedPy(d, h, 'dotted'),
      (d, h) => rpc(d, h, 'connect'),
      (d, h) => rpc(d, h, 'json'),
      (d, h) => graph(d, h, 'js', 'js'),
      (d, h) => graph(d, h, 'py', 'js'),
      (d, h) => translation(d, h, 'namespace'),
      (d, h) => translation(d, h, 'po'),
      (d, h) => template(d, h, 'js'),
      (d, h) => template(d, h, 'py'),
      (d, h) => cacheKey(d, h, 'js', 'py'),
      (d, h) => header(d, h),
      (d, h) => packaged(d, h, 'js'),
      (d, h) => packaged(d, h, 'py'),
    ],
  },
  {
    name: 'data: Python packages, a JavaScript dashboard',
    home: { js: (name) => `web/${name}`, py: (name) => `python/${name}`, go: (name) => `go/${name}` },
    parts: [
      (d, h) => code(d, h, 'py', 8),
      (d, h) => code(d, h, 'py', 8),
      (d, h) => code(d, h, 'js', 6),
      (d, h) => environment(d, h, 'py'),
      (d, h) => environment(d, h, 'py'),
      (d, h) => configuration(d, h, 'py'),
      (d, h) => configuration(d, h, 'py'),
      (d, h) => route(d, h, 'py', 'py'),
      (d, h) => route(d, h, 'py', 'js'),
      (d, h) => subject(d, h, 'py', 'py'),
      (d, h) => subject(d, h, 'js', 'py'),
      (d, h) => table(d, h, 'py'),
      (d, h) => table(d, h, 'py'),
      (d, h) => schema(d, h, 'py'),
      (d, h) => flag(d, h, 'py'),
      (d, h) => fileRead(d, h, 'py'),
      (d, h) => fileRead(d, h, 'py'),
      (d, h) => plugin(d, h, 'py'),
    ],
    later: [
      (d, h) => injectedPy(d, h, 'dotted'),
      (d, h) => injectedPy(d, h, 'subclasses'),
      (d, h) => rpc(d, h, 'xml'),
      (d, h) => rpc(d, h, 'json'),
      (d, h) => graph(d, h, 'py', 'py'),
      (d, h) => graph(d, h, 'py', 'js'),
      (d, h) => translation(d, h, 'po'),
      (d, h) => translation(d, h, 'descriptor'),
      (d, h) => template(d, h, 'py'),
      (d, h) => template(d, h, 'py'),
      (d, h) => metric(d, h),
      (d, h) => cacheKey(d, h, 'py', 'py'),
      (d, h) => packaged(d, h, 'py'),
    ],
  },
  {
    name: 'platform: Go with tools in JavaScript',
    home: { js: (name) => `tools-js/${name}`, py: (name) => `scripts/${name}`, go: (name) => `internal/${name}` },
    parts: [
      (d, h) => code(d, h, 'go', 4),
      (d, h) => code(d, h, 'go', 4),
      (d, h) => code(d, h, 'go', 4),
      (d, h) => code(d, h, 'js', 8),
      (d, h) => environment(d, h, 'go'),
      (d, h) => environment(d, h, 'go'),
      (d, h) => configuration(d, h, 'go'),
      (d, h) => configuration(d, h, 'go'),
      (d, h) => schema(d, h, 'go'),
      (d, h) => schema(d, h, 'go'),
      (d, h) => fileRead(d, h, 'go'),
      (d, h) => generated(d, h),
      (d, h) => flag(d, h, 'js'),
      (d, h) => route(d, h, 'js', 'js'),
      (d, h) => subject(d, h, 'js', 'js'),
      (d, h) => fileRead(d, h, 'js'),
    ],
    later: [
      (d, h) => injectedGo(d, h),
      (d, h) => injectedJs(d, h, 'folder'),
      (d, h) => rpcGo(d, h),
      (d, h) => rpc(d, h, 'connect'),
      (d, h) => graph(d, h, 'js', 'js'),
      (d, h) => translation(d, h, 'toml'),
      (d, h) => template(d, h, 'go'),
      (d, h) => workerName(d, h),
      (d, h) => packaged(d, h, 'go'),
      (d, h) => packaged(d, h, 'go'),
    ],
  },
  {
    name: 'apps: TypeScript packages, Python and Go beside them',
    home: { js: (name) => `apps/${name}`, py: (name) => `ml/${name}`, go: (name) => `cmd/${name}` },
    parts: [
      (d, h) => code(d, h, 'ts', 10),
      (d, h) => code(d, h, 'ts', 7),
      (d, h) => code(d, h, 'py', 5),
      (d, h) => code(d, h, 'go', 3),
      (d, h) => environment(d, h, 'js'),
      (d, h) => environment(d, h, 'go'),
      (d, h) => configuration(d, h, 'js'),
      (d, h) => configuration(d, h, 'js'),
      (d, h) => route(d, h, 'js', 'js'),
      (d, h) => route(d, h, 'py', 'js'),
      (d, h) => subject(d, h, 'js', 'js'),
      (d, h) => subject(d, h, 'py', 'py'),
      (d, h) => table(d, h, 'js'),
      (d, h) => schema(d, h, 'js'),
      (d, h) => schema(d, h, 'go'),
      (d, h) => flag(d, h, 'js'),
      (d, h) => flag(d, h, 'py'),
      (d, h) => fileRead(d, h, 'js'),
      (d, h) => fileRead(d, h, 'js'),
      (d, h) => generated(d, h),
      (d, h) => plugin(d, h, 'js'),
    ],
    later: [
      (d, h) => injectedJs(d, h, 'token', 'ts'),
      (d, h) => injectedGo(d, h),
      (d, h) => injectedPy(d, h, 'subclasses'),
      (d, h) => rpc(d, h, 'connect'),
      (d, h) => rpcGo(d, h),
      (d, h) => graph(d, h, 'js', 'js'),
      (d, h) => graph(d, h, 'js', 'py'),
      (d, h) => translation(d, h, 'descriptor'),
      (d, h) => translation(d, h, 'namespace'),
      (d, h) => template(d, h, 'js'),
      (d, h) => template(d, h, 'go'),
      (d, h) => cacheKey(d, h, 'js', 'js'),
      (d, h) => header(d, h),
      (d, h) => packaged(d, h, 'js'),
      (d, h) => packaged(d, h, 'go'),
    ],
  },
];

export function repositories(seed: number): Generated[] {
  return HOUSES.map(({ name, home, parts, later }, i) => {
    const [draw, other] = [drawFrom(randomFrom(seed * 100 + i)), drawFrom(randomFrom(seed * 100 + i + 50), true)];
    const made = [...parts.map((make) => make(draw, home)), ...later.map((make) => make(other, home))];
    const files = Object.assign({}, ...made.map((part) => part.files)) as Record<string, string>;
    return { name, files: { ...manifests(Object.keys(files), home), ...files }, aims: made.flatMap((part) => part.aims), groups: groupsOf(made) };
  });
}

/** What several parts share belongs to none of them. */
function groupsOf(parts: readonly Part[]): string[][] {
  const owners = Map.groupBy(
    parts.flatMap(({ files }) => Object.keys(files)),
    (path) => path,
  );
  const own = (path: string): boolean => owners.get(path)?.length === 1;
  return parts.flatMap(({ files, groups = [Object.keys(files)] }) => groups.map((group) => group.filter(own))).filter((group) => group.length > 1);
}

/** A package for each folder of JavaScript and of Python, one module for all Go. */
function manifests(paths: readonly string[], home: Home): Record<string, string> {
  const dirs = (ending: RegExp, at: (name: string) => string): string[] => {
    const parent = at('');
    return [
      ...new Set(paths.filter((path) => ending.test(path) && path.startsWith(parent)).map((path) => `${parent}${path.slice(parent.length).split('/')[0]}`)),
    ];
  };
  const found: Record<string, string> = {
    'package.json': `{\n  "name": "root",\n  "private": true,\n  "type": "module",\n  "workspaces": ["${home.js('*')}"]\n}\n`,
  };
  for (const dir of dirs(/\.(m?js|ts)$/, home.js))
    found[`${dir}/package.json`] = `{\n  "name": "@house/${dir.split('/').at(-1)}",\n  "version": "1.0.0",\n  "private": true,\n  "type": "module"\n}\n`;
  for (const dir of dirs(/\.py$/, home.py)) found[`${dir}/pyproject.toml`] = `[project]\nname = "${dir.split('/').at(-1)}"\nversion = "1.0.0"\n`;
  if (paths.some((path) => path.endsWith('.go'))) found['go.mod'] = 'module example.org/house\n\ngo 1.22\n';
  return found;
}
