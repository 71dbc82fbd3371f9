// What the manifests of a commit say about names: npm packages, tsconfig paths, Go modules.
import type { TreeEntry } from '@awo/repository';
import { BUNDLER_CONFIG, bundlerAliases } from './bundler-aliases.ts';
import { basename } from './classify.ts';
import { asObject, asStrings, type Json, parseJsonc } from './jsonc.ts';
import { dirname, isOwnSource, joinPath } from './tree-index.ts';

export type NpmPackage = {
  dir: string;
  name: string | null;
  exports: Json | undefined;
  imports: Json | undefined;
  entries: string[];
  aliases: Map<string, string>;
};
export type TsConfig = { file: string; extends: string[]; baseUrl: string | null; paths: { pattern: string; targets: string[] }[] };
type GoModule = { path: string; dir: string };

export type Manifests = {
  packages: Map<string, NpmPackage>;
  /** Folders of the packages that have a name; usually one. */
  byName: Map<string, string[]>;
  /** tsconfig*.json and jsconfig*.json by folder. */
  tsconfigs: Map<string, TsConfig[]>;
  /** Longest path first. */
  goModules: GoModule[];
  /** Folders of Rust crates by the name that code calls them. */
  crates: Map<string, string[]>;
};

export type ReadText = (entry: TreeEntry) => Promise<string | null>;

/** A broken manifest counts as an empty one: what it would have declared is covered by the wider reach of a changed manifest. */
export async function readManifests(entries: readonly TreeEntry[], read: ReadText): Promise<Manifests> {
  const found: Manifests = { packages: new Map(), byName: new Map(), tsconfigs: new Map(), goModules: [], crates: new Map() };
  const wanted = entries.filter(
    (entry) => (BUNDLER_CONFIG.test(entry.path) || /(^|\/)(package\.json|[jt]sconfig[^/]*\.json|go\.mod|Cargo\.toml)$/.test(entry.path)) && isOwnSource(entry),
  );
  const texts = await Promise.all(wanted.map(read));
  wanted.forEach(({ path }, i) => {
    const text = texts[i];
    if (typeof text !== 'string') return;
    const dir = dirname(path);
    if (basename(path) === 'package.json') {
      found.packages.set(dir, npmPackage(dir, text));
      const mapped = text.includes('moduleNameMapper') ? bundlerAliases(path, text) : null;
      if (mapped) found.tsconfigs.set(dir, [...(found.tsconfigs.get(dir) ?? []), mapped]);
    } else if (basename(path) === 'Cargo.toml') addCrate(found.crates, dir, text);
    else if (basename(path) === 'go.mod') found.goModules.push(...goModules(dir, text));
    else {
      const config = BUNDLER_CONFIG.test(path) ? bundlerAliases(path, text) : tsConfig(path, text);
      if (config) found.tsconfigs.set(dir, [...(found.tsconfigs.get(dir) ?? []), config]);
    }
  });
  for (const { name, dir } of found.packages.values()) if (name) found.byName.set(name, [...(found.byName.get(name) ?? []), dir]);
  found.goModules.sort((a, b) => b.path.length - a.path.length);
  return found;
}

function npmPackage(dir: string, text: string): NpmPackage {
  const json = asObject(parseJsonc(text));
  const aliases = new Map<string, string>();
  for (const field of ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'])
    for (const [name, wanted] of Object.entries(asObject(json[field]))) {
      const local = typeof wanted === 'string' ? /^(?:file|link|portal|workspace):(\.{0,2}\/.*|\.{1,2}$)/.exec(wanted)?.[1] : undefined;
      const target = local === undefined ? null : joinPath(dir, local);
      if (target !== null) aliases.set(name, target);
    }
  const entries = [json['main'], json['module'], json['types'], json['typings'], json['source'], json['style'], json['browser']].filter(
    (entry) => typeof entry === 'string',
  );
  return { dir, name: typeof json['name'] === 'string' ? json['name'] : null, exports: json['exports'], imports: json['imports'], entries, aliases };
}

function tsConfig(file: string, text: string): TsConfig {
  const json = asObject(parseJsonc(text));
  const options = asObject(json['compilerOptions']);
  const dir = dirname(file);
  const baseUrl = typeof options['baseUrl'] === 'string' ? joinPath(dir, options['baseUrl']) : null;
  const paths = Object.entries(asObject(options['paths'])).map(([pattern, targets]) => ({
    pattern,
    targets: asStrings(targets).flatMap((target) => joinPath(baseUrl ?? dir, target) ?? []),
  }));
  return { file, extends: asStrings(json['extends']), baseUrl, paths };
}

/** The package's name or that of its library, and the names under which it calls others by path. */
function addCrate(crates: Map<string, string[]>, dir: string, text: string): void {
  const add = (name: string, at: string): void => {
    const known = name.replaceAll('-', '_');
    if (!crates.get(known)?.includes(at)) crates.set(known, [...(crates.get(known) ?? []), at]);
  };
  const section = (name: string): string => new RegExp(`^\\[${name}\\][^\\n]*\\n([\\s\\S]*?)(?=^\\[|(?![\\s\\S]))`, 'm').exec(text)?.[1] ?? '';
  for (const part of ['package', 'lib']) {
    const name = /^\s*name\s*=\s*"([^"]+)"/m.exec(section(part))?.[1];
    if (name !== undefined) add(name, dir);
  }
  for (const match of text.matchAll(/^\s*([\w-]+)\s*=\s*\{[^}\n]*\bpath\s*=\s*"([^"]+)"/gm)) {
    const target = joinPath(dir, match[2] ?? '');
    if (target !== null) add(match[1] ?? '', target);
  }
}

/** The module itself, and every path that it replaces with a folder of the repository. */
function goModules(dir: string, text: string): GoModule[] {
  const path = /^\s*module\s+"?([^\s"]+)"?/m.exec(text)?.[1];
  const found: GoModule[] = path ? [{ path, dir }] : [];
  for (const match of text.matchAll(/^\s*(?:replace\s+)?([^\s(]+)(?:\s+v\S+)?\s+=>\s+(\.{1,2}(?:\/\S*)?)\s*(?:\/\/.*)?$/gm)) {
    const target = joinPath(dir, match[2] ?? '');
    if (match[1] && target !== null) found.push({ path: match[1], dir: target });
  }
  return found;
}
