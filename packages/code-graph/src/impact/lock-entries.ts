// Lock files at the level of packages: which entries there are, and which changed, with everything that depends on them. Pure.
import { basename } from '../classify.ts';
import { asObject, parseJsonc } from '../jsonc.ts';

/** Name to how it is locked, and the names it depends on. */
type Entries = Map<string, { print: string; needs: string[] }>;

/** Names of packages that are locked differently, and of those that depend on them. Null where the file is not understood. */
export function changedPackages(path: string, before: string, after: string): Set<string> | null {
  const [then, now] = [entriesOf(path, before), entriesOf(path, after)];
  if (!then || !now || then.size + now.size === 0) return null;
  const changed = new Set<string>();
  for (const name of new Set([...then.keys(), ...now.keys()])) if (then.get(name)?.print !== now.get(name)?.print) changed.add(name);
  // The text differs and no entry does: something that is not understood.
  if (changed.size === 0) return before === after ? changed : null;
  for (let grown = true; grown;) {
    grown = false;
    for (const entries of [then, now])
      for (const [name, { needs }] of entries)
        if (!changed.has(name) && needs.some((need) => changed.has(need))) {
          changed.add(name);
          grown = true;
        }
  }
  return changed;
}

function entriesOf(path: string, text: string): Entries | null {
  switch (basename(path)) {
    case 'package-lock.json':
    case 'npm-shrinkwrap.json':
      return npm(text);
    case 'yarn.lock':
      return blocks(text, /^"?(@?[^@"\n]+)@[^\n]*:\n((?:[ \t]+[^\n]*\n?)+)/gm, /^ {4}"?(@?[\w./-]+)"?[ :]/gm);
    case 'pnpm-lock.yaml':
      return blocks(text, /^ {2}'?\/?(@?[^@'\n(]+)@([^\n]*:[^\n]*\n(?:(?: {4,}[^\n]*)?\n(?! {2}\S))*(?: {4,}[^\n]*\n?)*)/gm, /^ {6}'?(@?[\w./-]+)'?:/gm);
    case 'go.sum':
    case 'go.mod':
      return lines(text, /^\s*(?:require\s+)?([\w.-]+\.[\w.-]+\/\S+|[\w.-]+\.\w+) (v\S+.*)$/gm);
    case 'poetry.lock':
    case 'uv.lock':
    case 'Cargo.lock':
      return blocks(
        text,
        /^\[\[package\]\]\nname = "([^"]+)"\n((?:(?!\[\[package\]\]|\[metadata\])[^\n]*\n?)*)/gm,
        /^(?:([\w.-]+) = (?:"|\{)|\s*"([\w.-]+)[ "])|name = "([^"]+)"/gm,
      );
    default:
      return /^(requirements|constraints)[\w.-]*\.(txt|in)$/.test(basename(path))
        ? lines(text, /^\s*([A-Za-z][\w.-]*)(?:\[[^\]]*\])?\s*([=<>~!@;].*)?$/gm)
        : null;
  }
}

function npm(text: string): Entries | null {
  const packages = asObject(asObject(parseJsonc(text))['packages']);
  const found: Entries = new Map();
  for (const [place, entry] of Object.entries(packages)) {
    const at = place.lastIndexOf('node_modules/');
    if (at < 0) continue;
    const name = place.slice(at + 'node_modules/'.length);
    const needs = Object.keys({ ...asObject(asObject(entry)['dependencies']), ...asObject(asObject(entry)['peerDependencies']) });
    add(found, name, `${place}${JSON.stringify(entry)}`, needs);
  }
  return found.size > 0 ? found : null;
}

function blocks(text: string, block: RegExp, need: RegExp): Entries {
  const found: Entries = new Map();
  for (const [, name = '', body = ''] of `${text}\n`.matchAll(block))
    add(
      found,
      name.trim(),
      body,
      [...body.matchAll(need)].flatMap((match) => match.slice(1).filter((one) => one !== undefined)),
    );
  return found;
}

function lines(text: string, line: RegExp): Entries {
  const found: Entries = new Map();
  for (const [, name = '', rest = ''] of text.matchAll(line)) add(found, name.replace(/\/go\.mod$/, ''), rest, []);
  return found;
}

function add(entries: Entries, name: string, print: string, needs: string[]): void {
  const known = entries.get(name);
  entries.set(name, { print: `${known?.print ?? ''}${print}`, needs: [...(known?.needs ?? []), ...needs] });
}
