// node test/bench/generate/main.ts [name...]: what `awo test generate` says of ten seeded bugs and ten refactorings, and which tests it keeps.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateTests } from '@awo/test-generation';
import type { Generated } from '@awo/test-generation';

const FIXTURES = new URL('./fixtures/', import.meta.url).pathname;
const wanted = process.argv.slice(2);
const names = readdirSync(FIXTURES).filter((name) => wanted.length === 0 || wanted.includes(name));
/** Of each file; the command makes up to 30. */
const MUTANTS = 10;
const AUTHOR = ['-c', 'user.name=bench', '-c', 'user.email=bench@localhost'];

function repositoryOf(dir: string, name: string): string {
  const repo = join(dir, name);
  const git = (...args: string[]): void => void execFileSync('git', ['-C', repo, ...AUTHOR, ...args], { stdio: 'ignore' });
  cpSync(join(FIXTURES, name, 'before'), repo, { recursive: true });
  git('init', '-q');
  git('add', '-A');
  git('commit', '-qm', 'before');
  cpSync(join(FIXTURES, name, 'after'), repo, { recursive: true });
  git('commit', '-qam', 'after');
  return repo;
}

const cpuSeconds = (): number => {
  const { userCPUTime, systemCPUTime } = process.resourceUsage();
  return (userCPUTime + systemCPUTime) / 1e6;
};

const row = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;
const dir = mkdtempSync(join(tmpdir(), 'generate-bench-'));
const sums = { bugs: 0, found: 0, same: 0, alarms: 0, kept: 0, mutants: 0, others: 0, own: 0, seconds: 0 };
try {
  console.log(
    `${row(['change', 'said', 'tests kept', 'mutants: made, noticed before, noticed by the kept ones', 's'])}\n${row(Array.from({ length: 5 }, () => '---'))}`,
  );
  for (const name of names) {
    const repo = repositoryOf(dir, name);
    const began = performance.now();
    const { findings, functions, tests }: Generated = await generateTests(repo, 'HEAD~1', 'HEAD', { mutants: MUTANTS });
    const seconds = (performance.now() - began) / 1000;
    const isBug = name.startsWith('bug');
    sums[isBug ? 'bugs' : 'same'] += 1;
    if (findings.length > 0) sums[isBug ? 'found' : 'alarms'] += 1;
    sums.kept += tests.kept.length;
    sums.mutants += tests.mutants.made;
    sums.others += tests.mutants.killedByOthers;
    sums.own += tests.mutants.killedByKept;
    sums.seconds += seconds;
    const unjudged = functions.filter((one) => one.unjudged !== null).map((one) => `${one.function} not compared: ${one.unjudged}`);
    const said = [...findings.map((one) => one.text), ...unjudged].join('; ') || 'nothing';
    const { made, killedByOthers, killedByKept } = tests.mutants;
    console.log(
      row([name, said.replaceAll('|', '\\|').replaceAll('\n', ' '), tests.kept.length, `${made}, ${killedByOthers}, ${killedByKept}`, seconds.toFixed(0)]),
    );
  }
  const { bugs, found, same, alarms, kept, mutants, others, own, seconds } = sums;
  console.log(
    `\nbugs found: ${found} of ${bugs}; false alarms: ${alarms} of ${same} refactorings; tests kept: ${kept}; mutants: ${mutants}, noticed by existing tests ${others}, by the kept ones ${own} more`,
  );
  console.log(`${seconds.toFixed(0)} s; this process alone computed for ${cpuSeconds().toFixed(0)} s`);
} finally {
  rmSync(dir, { recursive: true, force: true });
}
