// Values of a Helm chart, put into its templates: what a key is set to shows as the variable, the port or the argument that a template makes of it.
import { MAX_BYTES } from '../../parse.ts';
import { dirname, joinPath } from '../../tree-index.ts';
import type { FileVersions } from '../file-change.ts';
import type { Surroundings } from './search.ts';

const VALUES = /(?:^|\/)values[^/]*\.ya?ml$/;
const HOLE = /\{\{-?[^{}\n]*?\.Values((?:\.\w+)+)[^{}\n]*\}\}/g;

/** The changed values again, as the templates of their chart say them before and after. */
export async function chartValues(changed: readonly FileVersions[], { repository, head, blobOf }: Surroundings): Promise<FileVersions[]> {
  const values = changed.filter(({ diff: { path }, change }) => VALUES.test(path) && change.kind !== 'none');
  if (values.length === 0) return [];
  const holders = await repository.grep(head, ['.Values.']);
  const found: FileVersions[] = [];
  for (const versions of values) {
    const chart = chartOf(versions.diff.path, blobOf);
    if (chart === null) continue;
    const [then, now] = await Promise.all([parsed(versions.before), parsed(versions.after)]);
    for (const path of holders.filter((one) => one.startsWith(chart === '.' ? 'templates/' : `${chart}/templates/`))) {
      const blob = blobOf(path);
      const template = blob === undefined ? undefined : (await repository.read(blob, MAX_BYTES))?.toString('utf8');
      if (template === undefined) continue;
      const [before, after] = [filled(template, then), filled(template, now)];
      if (before !== after) found.push({ ...versions, before, after });
    }
  }
  return found;
}

/** Values of an environment lie beside the chart's own or in a folder below. */
function chartOf(path: string, blobOf: Surroundings['blobOf']): string | null {
  for (const dir of [dirname(path), dirname(dirname(path))]) if (blobOf(joinPath(dir, 'Chart.yaml') ?? '') !== undefined) return dir;
  return null;
}

const filled = (template: string, values: unknown): string => template.replaceAll(HOLE, (_, path: string) => JSON.stringify(at(values, path)) ?? '""');

function at(values: unknown, path: string): unknown {
  let node = values;
  for (const key of path.split('.').slice(1)) node = typeof node === 'object' && node !== null ? (node as Record<string, unknown>)[key] : undefined;
  return node;
}

async function parsed(source: string | null): Promise<unknown> {
  if (source === null) return undefined;
  try {
    return (await import('yaml')).parse(source, { maxAliasCount: 100 });
  } catch {
    // Its keys are then looked for as they stand.
    return undefined;
  }
}
