// What a change of one file means: nothing, some of its names, or anything. Sure of "nothing" or not at all.
import type { FileDiff, Repository } from '@awo/repository';
import { extension } from '../classify.ts';
import { MAX_BYTES } from '../parse.ts';
import { compareProgram, PROGRAMS } from './compare-program.ts';
import { manifestChange } from './manifest-change.ts';
import { compareShapes, type ModuleShape, type SemanticChange } from './module-shape.ts';
import { sameButForPrivateNames } from './private-names.ts';
import { shapeOfGo } from './shape-go.ts';
import { shapeOfJs } from './shape-js.ts';
import { shapeOfPython } from './shape-python.ts';

export type FileVersions = { diff: FileDiff; before: string | null; after: string | null; change: SemanticChange };

const JS = /^[mc]?[jt]sx?$/;

export async function readVersions(repository: Repository, diff: FileDiff): Promise<FileVersions> {
  const text = async (blob: string | null): Promise<string | null> => {
    const bytes = blob === null || diff.binary ? null : await repository.read(blob, MAX_BYTES);
    return bytes === null || bytes.includes(0) ? null : bytes.toString('utf8').replace(/^\uFEFF/, '');
  };
  const [before, after] = await Promise.all([text(diff.oldBlob), text(diff.newBlob)]);
  return { diff, before, after, change: await changeOf(diff, before, after) };
}

async function changeOf(diff: FileDiff, before: string | null, after: string | null): Promise<SemanticChange> {
  if (diff.status !== 'modified') return { kind: 'file', because: `it was ${diff.status}` };
  if (diff.oldBlob !== null && diff.oldBlob === diff.newBlob) return { kind: 'file', because: 'its mode changed' };
  if (before === null || after === null) return { kind: 'file', because: 'it is no text of bounded size' };
  const ending = extension(diff.path);
  if (diff.path.endsWith('package.json')) return manifestChange(before, after);
  if (ending in PROGRAMS && ending !== 'go') return compareProgram(before, after, ending);
  if (DATA_COMMENTS[ending] || /(^|\/)(\.env[^/]*|Dockerfile[^/]*)$/.test(diff.path)) return compareLines(before, after);
  if (ending === 'json') return compareJson(before, after);
  const [then, now] = await Promise.all([shapeOf(before, ending), shapeOf(after, ending)]);
  if (!then || !now) return { kind: 'file', because: 'its meaning cannot be compared' };
  const compared = compareShapes(then, now);
  if (compared.kind === 'none') return compared;
  if (JS.test(ending)) return sameButForPrivateNames(before, after, ending) ? { kind: 'none' } : compared;
  const [alike, other] = await Promise.all([shapeOf(before, ending, true), shapeOf(after, ending, true)]);
  return alike && other ? compareShapes(alike, other) : compared;
}

/** `anyLocals`: of Go and Python, under any names of what is local to a function. */
export async function shapeOf(source: string, ending: string, anyLocals = false): Promise<ModuleShape | null> {
  if (JS.test(ending)) return shapeOfJs(source, ending);
  if (ending === 'go') return shapeOfGo(source, anyLocals);
  return ending === 'py' || ending === 'pyi' ? shapeOfPython(source, anyLocals) : null;
}

const DATA_COMMENTS: Record<string, true> = { yaml: true, yml: true, toml: true, ini: true, cfg: true, properties: true, env: true, tf: true };

/** Whole lines of comment and empty lines mean nothing; indentation may. */
function compareLines(before: string, after: string): SemanticChange {
  const print = (text: string) =>
    text
      .split('\n')
      .map((line) => line.trimEnd())
      .filter((line) => line !== '' && !/^\s*#(?!\s*(syntax|escape)=)/.test(line))
      .join('\n');
  // Inside a block of literal text a line that starts with # is text.
  const literal = /[|>][-+]?\s*$/m.test(before) || /[|>][-+]?\s*$/m.test(after) || /"""|'''/.test(after);
  return !literal && print(before) === print(after) ? { kind: 'none' } : { kind: 'file', because: 'its content changed' };
}

function compareJson(before: string, after: string): SemanticChange {
  try {
    return JSON.stringify(JSON.parse(before)) === JSON.stringify(JSON.parse(after)) ? { kind: 'none' } : { kind: 'file', because: 'its content changed' };
  } catch {
    return { kind: 'file', because: 'it is no plain JSON' };
  }
}
