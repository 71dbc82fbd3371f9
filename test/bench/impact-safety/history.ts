// A past for a generated repository: files that depend on each other change together, others now and then. Pure.
type Text = Readonly<Record<string, string>>;

/** Of the files that belong together, each of the others comes along this often. */
const TOGETHER = 0.6;
/** Commits that hold something else as well: about one in seven is tangled (Herzig and Zeller, 2013). */
const TANGLED = 0.15;

/** The files of each commit, the oldest first. */
export function historyOf(groups: readonly (readonly string[])[], commits: number, random: () => number): string[][] {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  return Array.from({ length: groups.length === 0 ? 0 : commits }, () => {
    const group = pick(groups);
    const first = pick(group);
    const others = group.filter((file) => file !== first && random() < TOGETHER);
    return [...new Set([first, ...others, ...(random() < TANGLED ? [pick(pick(groups))] : [])])];
  });
}

/** For `git fast-import`: the first and the last commit hold all files, which ties nothing together; the last is what was generated. */
export function streamOf(files: Text, history: readonly (readonly string[])[]): string {
  const all = Object.keys(files);
  const commits = [all, ...history, all];
  const data = (text: string): string => `data ${Buffer.byteLength(text)}\n${text}\n`;
  return commits
    .map((paths, at) => {
      const text = (path: string): string => `${files[path] ?? ''}${at === commits.length - 1 ? '' : `\n${at}`}`;
      const changes = paths.map((path) => `M 100644 inline ${path}\n${data(text(path))}`).join('');
      return `commit refs/heads/main\ncommitter bench <bench@example.org> ${1_700_000_000 + at * 3600} +0000\n${data(`change ${at}`)}${changes}`;
    })
    .join('\n');
}
