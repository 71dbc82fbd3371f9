// Lock files as their tools write them: entries, what each needs, what our own code declares. Pure.
import { basename } from '../classify.ts';
import { asObject, asStrings, type Json, parseJsonc } from '../jsonc.ts';

/** `namesInCode`: other names than its own, null where code cannot be told to use it. */
type Entry = { print: string; needs: string[]; namesInCode?: string[] | null };
/** `declared`: what our own packages ask for. `rest`: what is no entry and matters. */
export type Locked = { entries: Map<string, Entry>; declared: Set<string>; rest: string };

const locked = (rest = ''): Locked => ({ entries: new Map(), declared: new Set(), rest });

/** Null where the file is none of these, or not as its tool writes it. */
export function lockedBy(path: string, text: string): Locked | null {
  const name = basename(path);
  switch (name) {
    case 'package-lock.json':
    case 'npm-shrinkwrap.json':
      return npm(text);
    case 'yarn.lock':
      return blocks(text, /^"?(@?[^@"\n]+)@[^\n]*:\n((?:[ \t]+[^\n]*\n?)+)/gm, /^ {4}"?(@?[\w./-]+)"?[ :]/gm);
    case 'pnpm-lock.yaml':
      return blocks(text, /^ {2}'?\/?(@?[^@'\n(]+)@([^\n]*:[^\n]*\n(?:(?: {4,}[^\n]*)?\n(?! {2}\S))*(?: {4,}[^\n]*\n?)*)/gm, /^ {6}'?(@?[\w./-]+)'?:/gm);
    case 'go.sum':
    case 'go.mod':
      return lines(text, /^\s*(?:require\s+)?([\w.-]+\.[\w.-]+\/\S+|[\w.-]+\.\w+) (v\S+.*)$/gm, /^(?!\s*(?:module|require)\b|\s*\/\/|\s*\)|\s*$)(.+)$/gm);
    case 'poetry.lock':
    case 'uv.lock':
    case 'Cargo.lock':
      return toml(text, name !== 'Cargo.lock');
    case 'Pipfile.lock':
      return pipfile(text);
    case 'Gemfile.lock':
      return gems(text);
    case 'composer.lock':
      return composer(text);
    case 'packages.lock.json':
      return nuget(text);
    case 'gradle.lockfile':
    case 'buildscript-gradle.lockfile':
      return untold(lines(text, /^([\w.-]+:[\w.-]+):(\S+=.*)$/gm, /^(?!#|empty=|\s*$)(.+)$/gm));
    default:
      return /^(requirements|constraints)[\w.-]*\.(txt|in)$/.test(name)
        ? lines(text, /^\s*([A-Za-z][\w.-]*)(?:\[[^\]]*\])?\s*([=<>~!@;].*)?$/gm, /^(-.*)$/gm)
        : null;
  }
}

function npm(text: string): Locked | null {
  const packages = asObject(asObject(parseJsonc(text))['packages']);
  const found = locked();
  for (const [place, entry] of Object.entries(packages)) {
    const at = place.lastIndexOf('node_modules/');
    const needs = ['dependencies', 'peerDependencies', ...(at < 0 ? ['devDependencies', 'optionalDependencies'] : [])].flatMap((key) =>
      Object.keys(asObject(asObject(entry)[key])),
    );
    if (at < 0) for (const need of needs) found.declared.add(need);
    else add(found, place.slice(at + 'node_modules/'.length), `${place}${JSON.stringify(entry)}`, needs);
  }
  return found.entries.size > 0 ? found : null;
}

function blocks(text: string, block: RegExp, need: RegExp): Locked {
  const found = locked();
  // Of pnpm, what our own packages ask for; of Yarn, our packages are entries as well.
  const importers = /^importers:\n((?:[ \t]+[^\n]*\n|\n)*)/m.exec(text)?.[1] ?? '';
  for (const name of matched(importers, /^ {6}'?(@?[\w./-]+)'?:$/gm)) found.declared.add(name);
  for (const [all, name = '', body = ''] of `${text}\n`.matchAll(block)) {
    const needs = matched(body, need);
    if (/^[^\n]*@workspace:/.test(all)) for (const one of needs) found.declared.add(one);
    else add(found, name.trim(), body, needs);
  }
  return found;
}

const matched = (text: string, pattern: RegExp): string[] => [...text.matchAll(pattern)].flatMap((match) => match.slice(1).filter((one) => one !== undefined));

/** `beside`: lines that are no entry and matter. */
function lines(text: string, line: RegExp, beside: RegExp): Locked {
  const found = locked(matched(text.replaceAll(line, ''), beside).join('\n'));
  for (const [, name = '', rest = ''] of text.matchAll(line)) add(found, name.replace(/\/go\.mod$/, ''), rest, []);
  return found;
}

/** PyPI takes `Foo_Bar`, `foo.bar` and `foo-bar` for one name. */
const pythonName = (name: string): string => name.toLowerCase().replaceAll(/[-_.]+/g, '-');

/** `[[package]]` of Cargo, Poetry and uv. A package without a registry is one of ours. */
function toml(text: string, python: boolean): Locked {
  const as = python ? pythonName : (name: string) => name;
  const poetry = /^\[metadata\]/m.test(text);
  const head = text.slice(0, Math.max(0, text.indexOf('[[package]]')));
  const metadata = text.slice(text.search(/^\[metadata\]/m) + 1);
  const found = locked(
    [...head.split('\n'), ...(poetry ? matched(metadata, /^(python-versions = .*)$/gm) : [])]
      .filter((line) => line.trim() !== '' && !line.startsWith('#'))
      .join('\n'),
  );
  for (const [, name = '', body = ''] of text.matchAll(/^\[\[package\]\]\nname = "([^"]+)"\n((?:(?!\[\[package\]\]|\[metadata\])[^\n]*\n?)*)/gm)) {
    const needs = matched(body, /^(?:([\w.-]+) = (?:"|\{|\[)|\s*"([\w.-]+)[ "])|name = "([^"]+)"/gm).map(as);
    const ours = !poetry && (python ? /^source = \{ (virtual|editable|directory) = /m.test(body) : !/^source = /m.test(body));
    if (ours) for (const need of needs) found.declared.add(need);
    else add(found, as(name), body, needs);
  }
  return found;
}

function pipfile(text: string): Locked {
  const json = asObject(parseJsonc(text));
  const meta = asObject(json['_meta']);
  const found = locked(JSON.stringify([meta['requires'] ?? null, meta['sources'] ?? null]));
  for (const group of ['default', 'develop'])
    for (const [name, entry] of Object.entries(asObject(json[group]))) add(found, pythonName(name), `${group}${JSON.stringify(entry)}`, []);
  return found;
}

/** Sections, of which those with `specs:` hold gems; Rails and Bundler require a gem without saying so, and code says its constant. */
function gems(text: string): Locked {
  const sections = text.split(/^(?=[A-Z][A-Z ]+$)/m);
  const found = locked(
    sections
      .filter((section) => /^(PLATFORMS|RUBY VERSION)\b/.test(section))
      .join('')
      .trim(),
  );
  for (const section of sections) {
    const source = matched(section, /^ {2}(?!specs:)(\S.*)$/gm).join('\n');
    if (section.startsWith('DEPENDENCIES')) for (const name of matched(section, /^ {2}([\w.-]+)/gm)) found.declared.add(name);
    else
      for (const [, name = '', version = '', body = ''] of section.matchAll(/^ {4}([\w.-]+) \(([^)\n]*)\)\n?((?: {6}[^\n]*\n?)*)/gm)) {
        const needs = matched(body, /^ {6}([\w.-]+)/gm);
        if (section.startsWith('PATH')) for (const need of needs) found.declared.add(need);
        else add(found, name, `${source} ${version} ${body}`, needs);
      }
  }
  return found;
}

/** What a package loads by namespace is told by its own `autoload`; what it loads by file or registers with a framework is used by no name. */
function composer(text: string): Locked {
  const json = asObject(parseJsonc(text));
  const told = (keys: string[]): string => JSON.stringify(keys.map((key) => json[key] ?? null));
  const found = locked(told(['platform', 'platform-dev', 'platform-overrides', 'minimum-stability', 'stability-flags']));
  const all = ['packages', 'packages-dev'].flatMap((group) => (Array.isArray(json[group]) ? json[group].map((one) => ({ group, entry: asObject(one) })) : []));
  const nameOf = (entry: { [key: string]: Json }): string => asStrings(entry['name'])[0] ?? '';
  // One package may stand for others: `illuminate/support` is part of `laravel/framework`.
  const stand = new Map(
    all.flatMap(({ entry }) => ['replace', 'provide'].flatMap((key) => Object.keys(asObject(entry[key])).map((other) => [other, nameOf(entry)] as const))),
  );
  for (const { group, entry } of all) {
    const [autoload, extra] = [asObject(entry['autoload']), asObject(entry['extra'])];
    const spaces = ['psr-4', 'psr-0'].flatMap((key) => Object.keys(asObject(autoload[key])).map((space) => space.replace(/[\\_]+$/, '')));
    const plain = entry['type'] === undefined || entry['type'] === 'library';
    const byName =
      plain &&
      spaces.length > 0 &&
      spaces.every((space) => space !== '') &&
      autoload['files'] === undefined &&
      autoload['classmap'] === undefined &&
      extra['laravel'] === undefined;
    const needs = Object.keys(asObject(entry['require']))
      .filter((need) => need.includes('/'))
      .map((need) => stand.get(need) ?? need);
    // Who answers for it is no part of what is installed.
    const print = JSON.stringify({ ...entry, 'notification-url': null, support: null, funding: null, time: null });
    add(found, nameOf(entry), `${group}${print}`, needs, byName ? spaces : null);
  }
  return found;
}

function nuget(text: string): Locked {
  const found = locked();
  for (const [framework, entries] of Object.entries(asObject(asObject(parseJsonc(text))['dependencies'])))
    for (const [name, json] of Object.entries(asObject(entries))) {
      const entry: { [key: string]: Json } = asObject(json);
      const needs = Object.keys(asObject(entry['dependencies']));
      if (entry['type'] === 'Direct' || entry['type'] === 'Project') for (const one of entry['type'] === 'Direct' ? [name] : needs) found.declared.add(one);
      add(found, name, `${framework}${JSON.stringify(entry)}`, needs);
    }
  return untold(found);
}

/** Packages of the JVM and of .NET hold namespaces of any name. */
function untold(found: Locked): Locked {
  for (const entry of found.entries.values()) entry.namesInCode = null;
  return found;
}

function add({ entries }: Locked, name: string, print: string, needs: string[], namesInCode?: string[] | null): void {
  const known = entries.get(name);
  entries.set(name, {
    print: `${known?.print ?? ''}${print}`,
    needs: [...(known?.needs ?? []), ...needs],
    ...(namesInCode === undefined ? {} : { namesInCode }),
  });
}
