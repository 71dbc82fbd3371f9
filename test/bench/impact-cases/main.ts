// node test/bench/impact-cases/main.ts [-v] [--half even|odd] [--only WORD]: what `awo impact` says of small changes as they are met in ten companies, by kind. -v: each that was missed or falsely reached.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { analyseImpact, openReachCache } from '@awo/code-graph';
import { describeRepository, openRepository } from '@awo/repository';
import { type Case, casesOf } from './cases.ts';

const { values } = parseArgs({ options: { verbose: { type: 'boolean', short: 'v', default: false }, half: { type: 'string' }, only: { type: 'string' } } });

type Verdict = { kind: string; title: string; index: number; hit: string[]; missed: string[]; wrong: { path: string; why: string }[]; spared: string[] };

/** Texts for `git fast-import`, so that nothing is checked out. */
function commitOf(files: ReadonlyMap<string, string>, at: number): string {
  const data = (text: string): string => `data ${Buffer.byteLength(text)}\n${text}\n`;
  return [
    `commit refs/heads/main\ncommitter bench <bench@example.org> ${1_700_000_000 + at} +0000\n${data('x')}deleteall\n`,
    ...[...files].map(([path, text]) => `M 100644 inline ${path}\n${data(text)}`),
    '\n',
  ].join('');
}

async function judge(one: Case): Promise<Verdict> {
  const dir = mkdtempSync(join(tmpdir(), 'impact-cases-'));
  try {
    execFileSync('git', ['init', '-q', '--bare', '-b', 'main', dir]);
    execFileSync('git', ['-C', dir, 'fast-import', '--quiet'], { input: commitOf(one.before, 1) + commitOf(one.after, 2) });
    const repository = await openRepository(dir);
    const { sha, parent } = await repository.resolve('main');
    const cache = openReachCache();
    const report = await analyseImpact(repository, await describeRepository(repository, sha), parent, sha, { cache });
    cache.close();
    await repository.close();
    const tests = new Map(
      report.tests.map(({ file, reasons, probability }) => [file, `${probability.toFixed(2)} ${reasons.map(({ kind, to }) => `${kind} ${to}`).join(' → ')}`]),
    );
    const units = new Set(report.units.map(({ id }) => id));
    const found = [...one.reaches.map((path) => [path, tests.has(path)] as const), ...one.units.map((id) => [id, units.has(id)] as const)];
    return {
      ...one,
      hit: found.filter(([, yes]) => yes).map(([path]) => path),
      missed: found.filter(([, yes]) => !yes).map(([path]) => path),
      wrong: one.spares
        .filter((path) => tests.has(path))
        .map((path) => ({ path, why: `${tests.get(path)}${report.fallback ? `; ${report.fallback.because}` : ''}` })),
      spared: one.spares.filter((path) => !tests.has(path)),
    };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

const cases: Case[] = [];
for (const name of readdirSync(import.meta.dirname)
  .filter((one) => one.endsWith('.txt'))
  .toSorted())
  cases.push(...casesOf(readFileSync(join(import.meta.dirname, name), 'utf8'), cases.length));
const asked = cases.filter(
  ({ index, title }) => (values.half === undefined || index % 2 === (values.half === 'odd' ? 1 : 0)) && title.includes(values.only ?? ''),
);
const verdicts: Verdict[] = [];
for (const one of asked) verdicts.push(await judge(one));

const line = (name: string, some: readonly Verdict[]): string => {
  const sum = (of: (one: Verdict) => readonly unknown[]): number => some.reduce((all, one) => all + of(one).length, 0);
  const hit = sum((one) => one.hit);
  const wrong = sum((one) => one.wrong);
  return `| ${name} | ${some.length} | ${hit} of ${hit + sum((one) => one.missed)} | ${wrong} of ${wrong + sum((one) => one.spared)} |`;
};
console.log(['| kind | cases | true ones reached | false ones reached |', '|---|---:|---:|---:|'].join('\n'));
for (const [kind, some] of Map.groupBy(verdicts, (one) => one.kind)) console.log(line(kind, some));
for (const half of [0, 1])
  console.log(
    line(
      half === 0 ? 'even half' : 'odd half',
      verdicts.filter(({ index }) => index % 2 === half),
    ),
  );
console.log(line('**all**', verdicts));
if (values.verbose)
  for (const { index, title, missed, wrong } of verdicts) {
    for (const path of missed) console.log(`missed  ${index}  ${title}\n        ${path}`);
    for (const { path, why } of wrong) console.log(`false   ${index}  ${title}\n        ${path}  ${why}`);
  }
