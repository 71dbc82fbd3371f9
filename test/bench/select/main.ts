// node test/bench/select/main.ts [bugs per project] [project...]: which tests `awo test select` chooses for bugs seeded into published packages.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Answer, measure, WAYS } from './measure.ts';
import { fetchProjects } from './prepare.ts';
import { PROJECTS } from './projects.ts';
import { seedProject } from './seed.ts';

const [count = '20', ...wanted] = process.argv.slice(2);
const SEED = 1;

function row(name: string, facts: string, answers: readonly Answer[]): string {
  const percent = (pick: (answer: Answer) => number) => `${((100 * answers.reduce((sum, one) => sum + pick(one), 0)) / answers.length).toFixed(1)} %`;
  return `| ${[name, facts, ...WAYS.map((way) => `${percent((one) => one[way].all)} / ${percent((one) => one[way].share)}`)].join(' | ')} |`;
}

const dir = mkdtempSync(join(tmpdir(), 'select-bench-'));
try {
  fetchProjects(dir);
  const [together, apart]: [Answer[], Answer[]] = [[], []];
  console.log(`| project | tests, bugs | ${WAYS.join(' | ')} |\n|---|---|${WAYS.map(() => '---').join('|')}|`);
  for (const project of PROJECTS.filter(({ folder }) => wanted.length === 0 || wanted.includes(folder))) {
    const seeded = await seedProject(dir, project, Number(count), SEED);
    if (seeded.bugs.length === 0) continue;
    const answers = await measure(seeded, true);
    together.push(...answers);
    apart.push(...(await measure(seeded, false)));
    console.log(row(`${project.spec.replace(/^.*npm:/, '')}, ${project.what}`, `${seeded.tests.length}, ${seeded.bugs.length} of ${seeded.tried}`, answers));
  }
  if (together.length > 0)
    console.log(`${row('**all**', String(together.length / 2), together)}\n${row('all, loading not counted', String(apart.length / 2), apart)}`);
} finally {
  rmSync(dir, { recursive: true, force: true });
}
