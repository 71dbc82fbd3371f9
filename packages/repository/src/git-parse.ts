// Parses what git prints with -z: trees, differences, commits. Pure.

/** One file of a tree. Symbolic links have mode 120000; submodules 160000 (their `blob` is a commit of another repository). */
export type TreeEntry = { path: string; mode: string; blob: string; size: number };

/** One file that differs. Line counts are 0 for binary files; a blob is null where there is none to read. */
export type FileDiff = {
  path: string;
  oldPath?: string;
  status: 'added' | 'modified' | 'deleted' | 'renamed';
  addedLines: number;
  deletedLines: number;
  binary: boolean;
  oldBlob: string | null;
  newBlob: string | null;
};

/** One commit of a history, with the files it changed against its first parent. */
export type CommitInfo = { sha: string; subject: string; author: string; at: string; files: string[] };

const fields = (text: string): string[] => (text.endsWith('\0') ? text.slice(0, -1) : text).split('\0');

/** UTC from git's seconds. */
export const utc = (seconds: string | undefined): string => new Date(Number(seconds ?? 0) * 1000).toISOString();

/** Reads `ls-tree -r -z -l`. */
export function parseTree(output: string): TreeEntry[] {
  const entries: TreeEntry[] = [];
  for (const record of output === '' ? [] : fields(output)) {
    const tab = record.indexOf('\t');
    const [mode = '', , blob = '', size = '-'] = record.slice(0, tab).split(/ +/);
    entries.push({ path: record.slice(tab + 1), mode, blob, size: size === '-' ? 0 : Number(size) });
  }
  return entries;
}

const STATUS: Record<string, FileDiff['status']> = { A: 'added', D: 'deleted', R: 'renamed', C: 'added' };

/** Reads `diff-tree -r -z --raw --numstat`: the raw records come first, the line counts after them. */
export function parseDiff(output: string): FileDiff[] {
  const files = new Map<string, FileDiff>();
  const queue = output === '' ? [] : fields(output);
  for (let i = 0; i < queue.length;) {
    const record = queue[i++] ?? '';
    if (record.startsWith(':')) {
      const [oldMode = '', newMode = '', oldBlob = '', newBlob = '', code = 'M'] = record.slice(1).split(' ');
      const twoPaths = code.startsWith('R') || code.startsWith('C');
      const oldPath = twoPaths ? queue[i++] : undefined;
      const path = queue[i++] ?? '';
      files.set(path, {
        path,
        ...(code.startsWith('R') && oldPath !== undefined ? { oldPath } : {}),
        status: STATUS[code.slice(0, 1)] ?? 'modified',
        addedLines: 0,
        deletedLines: 0,
        binary: false,
        oldBlob: readable(oldMode, oldBlob),
        newBlob: readable(newMode, newBlob),
      });
    } else {
      const [added = '', deleted = '', ...name] = record.split('\t');
      const only = name.join('\t');
      // A renamed file has an empty name here, then the old and the new one.
      const path = only === '' ? (queue[i + 1] ?? '') : only;
      if (only === '') i += 2;
      const file = files.get(path);
      if (!file) continue;
      file.binary = added === '-';
      file.addedLines = Number(added) || 0;
      file.deletedLines = Number(deleted) || 0;
    }
  }
  return [...files.values()];
}

const readable = (mode: string, blob: string): string | null => (mode === '160000' || /^0+$/.test(blob) ? null : blob);

/** Format of `git log` that parseCommits reads; `--raw -z --no-renames` adds the files. */
export const COMMIT_FORMAT = 'tformat:%H%x00%s%x00%an%x00%ct';

/** Reads `git log -z --raw --no-renames` in COMMIT_FORMAT. */
export function parseCommits(output: string): CommitInfo[] {
  const commits: CommitInfo[] = [];
  const queue = output.split('\0');
  for (let i = 0; i < queue.length;) {
    const token = (queue[i++] ?? '').replace(/^\n/, '');
    if (token.startsWith(':')) commits.at(-1)?.files.push(queue[i++] ?? '');
    else if (token !== '') {
      commits.push({ sha: token, subject: queue[i] ?? '', author: queue[i + 1] ?? '', at: utc(queue[i + 2]), files: [] });
      i += 3;
    }
  }
  return commits;
}
