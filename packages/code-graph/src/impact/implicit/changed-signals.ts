// Which signals of a file changed: new, gone, said differently, or with another block below. Pure.
import { createHash } from 'node:crypto';
import type { FileVersions } from '../file-change.ts';
import type { Detector, Signal } from './detector.ts';

export type ChangedSignal = { name: string; line: number; gone: boolean };

/** Larger texts are data: their names are not looked for one by one, and the file is reported. */
export const MAX_SIGNALS = 20_000;

/** `cut`: there are more than are looked at. */
export function changedSignals(detector: Detector, { diff, before, after }: FileVersions): { signals: ChangedSignal[]; cut: boolean } {
  const then = before === null ? [] : detector.signals(before, diff.oldPath ?? diff.path);
  const now = after === null ? [] : detector.signals(after, diff.path);
  const cut = Math.max(then.length, now.length) > MAX_SIGNALS;
  const [old, fresh] = [said(detector, then.slice(0, MAX_SIGNALS), before ?? ''), said(detector, now.slice(0, MAX_SIGNALS), after ?? '')];
  const found: ChangedSignal[] = [];
  for (const [name, { line, as }] of old) {
    const other = fresh.get(name);
    if (other?.as === as) continue;
    // A name that merely moved to another form of saying it is still there.
    const gone = other === undefined && !wordIn(after ?? '', name);
    if (gone || other !== undefined || detector.blocks) found.push({ name, line: other?.line ?? line, gone });
  }
  if (detector.additionsMatter) for (const [name, { line }] of fresh) if (!old.has(name)) found.push({ name, line, gone: false });
  return { signals: found, cut };
}

/** How a name is said: the lines, and the blocks below them where they count. */
function said(detector: Detector, signals: readonly Signal[], source: string): Map<string, { line: number; as: string }> {
  const lines = source.split('\n').map((line) => line.trim());
  const found = new Map<string, { line: number; as: string }>();
  for (const { name, line, until, text } of signals) {
    const block =
      detector.blocks && until > line
        ? lines
            .slice(line - 1, until)
            .filter((one) => one !== '' && !/^(\/\/|#|\*|\/\*)/.test(one))
            .join('\n')
        : text;
    const as = createHash('sha1')
      .update(found.get(name)?.as ?? '')
      .update(block)
      .digest('base64');
    found.set(name, { line: found.get(name)?.line ?? line, as });
  }
  return found;
}

function wordIn(source: string, name: string): boolean {
  for (let at = source.indexOf(name); at >= 0; at = source.indexOf(name, at + 1)) {
    const around = `${source[at - 1] ?? ' '}${source[at + name.length] ?? ' '}`;
    if (!/\w/.test(around)) return true;
  }
  return false;
}
