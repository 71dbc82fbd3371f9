// Dependencies that moved over a major version, by the manifests that declare them. Pure.
import { basename } from '../../classify.ts';
import { asObject, parseJsonc } from '../../jsonc.ts';
import type { FileVersions } from '../file-change.ts';

type Declared = Map<string, string>;

const BY_LINE: readonly (readonly [RegExp, RegExp])[] = [
  [/^go\.mod$/, /^\s*(?:require\s+)?([\w.-]+\.[\w.-]+\/\S+)\s+v(\d\S*)/gm],
  [/^Cargo\.toml$/, /^\s*([\w-]+)\s*=\s*(?:\{[^}\n]*\bversion\s*=\s*)?"[\^~=>]*\s*(\d[^"]*)"/gm],
  [/^(requirements|constraints).*\.(txt|in)$|^pyproject\.toml$/, /^\s*["']?([A-Za-z][\w.-]*)(?:\[[^\]]*\])?\s*(?:[=~^><]=?=?|=\s*["'])[\^~>=]*\s*(\d[\w.]*)/gm],
  [/^Gemfile$/, /^\s*gem\s+["']([\w-]+)["'],\s*["'][~>=\s]*(\d[\w.]*)/gm],
  [/\.csproj$|^Directory\.Packages\.props$/, /(?:Include|Update)="([\w.]+)"\s+Version="\[?(\d[\w.]*)/g],
  [/^build\.gradle(\.kts)?$/, /["']([\w.-]+:[\w.-]+):(\d[\w.]*)["']/g],
  [/^pom\.xml$/, /<artifactId>([\w.-]+)<\/artifactId>\s*<version>(\d[\w.]*)</g],
];

export function majorMoves({ diff: { path }, before, after }: FileVersions): { package: string; from: string; to: string; file: string }[] {
  if (before === null || after === null) return [];
  const [then, now] = [declared(path, before), declared(path, after)];
  return [...then].flatMap(([name, from]) => {
    const to = now.get(name);
    return to !== undefined && major(from) !== null && major(to) !== null && major(from) !== major(to) ? [{ package: name, from, to, file: path }] : [];
  });
}

function declared(path: string, text: string): Declared {
  const name = basename(path);
  const found: Declared = new Map();
  if (name === 'package.json' || name === 'composer.json') {
    const json = asObject(parseJsonc(text));
    for (const key of ['dependencies', 'devDependencies', 'peerDependencies', 'optionalDependencies', 'require', 'require-dev'])
      for (const [dependency, range] of Object.entries(asObject(json[key]))) if (typeof range === 'string') found.set(dependency, range);
    return found;
  }
  const pattern = BY_LINE.find(([file]) => file.test(name))?.[1];
  if (pattern) for (const match of text.matchAll(pattern)) found.set((match[1] ?? '').replace(/\/v\d+$/, ''), match[2] ?? '');
  return found;
}

/** Below 1.0 the second part is what may break (semver 2.0, item 4; the ranges of npm and Cargo take it so). */
function major(range: string): string | null {
  const found = /(\d+)(?:\.(\d+))?/.exec(range);
  if (!found || /^(workspace|file|link|git|https?|catalog):/.test(range)) return null;
  return found[1] === '0' ? `0.${found[2] ?? '0'}` : (found[1] ?? null);
}
