// What a change of package.json means: words about the package mean nothing, dependencies mean their importers, the rest anything. Pure.
import { asObject, parseJsonc } from '../jsonc.ts';
import type { SemanticChange } from './module-shape.ts';

const WORDS = new Set(['description', 'keywords', 'author', 'contributors', 'maintainers', 'license', 'homepage', 'bugs', 'repository', 'funding', 'version']);
const DEPENDENCIES = ['dependencies', 'devDependencies', 'peerDependencies', 'optionalDependencies'];

/** `none` where only words changed; `symbols` holds package names where only dependencies did. */
export function manifestChange(before: string, after: string): SemanticChange {
  const [then, now] = [asObject(parseJsonc(before)), asObject(parseJsonc(after))];
  const packages = new Set<string>();
  for (const key of new Set([...Object.keys(then), ...Object.keys(now)])) {
    if (WORDS.has(key) || JSON.stringify(then[key]) === JSON.stringify(now[key])) continue;
    if (!DEPENDENCIES.includes(key)) return { kind: 'file', because: `"${key}" changed` };
    const [old, fresh] = [asObject(then[key]), asObject(now[key])];
    for (const name of new Set([...Object.keys(old), ...Object.keys(fresh)])) if (old[name] !== fresh[name]) packages.add(name);
  }
  if (packages.size > 0) return { kind: 'symbols', names: packages };
  return Object.keys(then).length > 0 && Object.keys(now).length > 0 ? { kind: 'none' } : { kind: 'file', because: 'it cannot be read' };
}
