// Drills: real faults on a small shop in staging. `node main.ts [NAME...|--all|--smoke] [--list] [--own] [--write] [--json]`
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { CHECKOUT, installationInfo, startInstallation, stopInstallation } from '@awo/embedded';
import { DRILLS } from './drills/catalogue.ts';
import { play, type Played } from './play.ts';
import { setStage } from './stage.ts';
import { isGood, storyOf, tableOf } from './table.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    list: { type: 'boolean', default: false },
    all: { type: 'boolean', default: false },
    smoke: { type: 'boolean', default: false },
    own: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});
const say = (line: string): void => void process.stderr.write(`${line}\n`);
const PAGE = join(CHECKOUT, 'docs', 'repair.md');

/** An installation of our own outlives nobody who ends this; the terminal and the launcher may both say so. */
const stopped = new Promise<never>((_, reject) => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => reject(new Error(`ended by ${signal}`)));
});
stopped.catch(() => undefined);

process.exitCode = await main();

async function main(): Promise<number> {
  if (values.list) {
    const width = Math.max(...DRILLS.map((d) => d.name.length));
    for (const d of DRILLS)
      process.stdout.write(values.json ? `${JSON.stringify({ name: d.name, about: d.about, repairs: d.repairs })}\n` : `${d.name.padEnd(width)}  ${d.about}\n`);
    return 0;
  }
  const unknown = positionals.filter((name) => !DRILLS.some((d) => d.name === name));
  if (unknown.length > 0) return fail(2, `No drill "${unknown[0]}". Known: ${DRILLS.map((d) => d.name).join(', ')}.`);
  const chosen = DRILLS.filter(
    (d) => positionals.includes(d.name) || (values.smoke && d.smoke) || values.all || (values.own && positionals.length === 0 && !values.smoke),
  );
  if (chosen.length === 0) return fail(2, 'Name a drill, or --all. --list shows them.');
  const home = values.own ? mkdtempSync(join(tmpdir(), 'awo-drills-')) : (process.env['AWO_HOME'] ?? join(CHECKOUT, '.awo'));
  try {
    if (values.own) await startInstallation(home, { env: { ...process.env, AWO_HOME: home }, ports: 'any', report: ({ text }) => say(text) });
    const url = installationInfo(home)?.natsUrl;
    if (!url) return fail(3, `Nothing is running in ${home}. Start it with: npx awo up`);
    const stage = await setStage(home, url, say);
    const all: Played[] = [];
    try {
      for (const drill of chosen) {
        say(`${drill.name}: ${drill.about}`);
        const played = await Promise.race([play(drill, stage, all.length === 0), stopped]);
        all.push(played);
        // At once: whoever ends a long run keeps what was played.
        if (values.write) writeInto(all);
        say(`  ${isGood(played) ? 'well' : 'NOT WELL'}: ${storyOf(played)}`);
        if (!isGood(played)) for (const goal of played.goals) say(await stage.report(goal));
      }
    } finally {
      await stage.close();
    }
    process.stdout.write(values.json ? `${JSON.stringify(all, null, 2)}\n` : `${tableOf(all)}\n`);
    return all.every(isGood) ? 0 : 1;
  } finally {
    if (values.own) {
      await stopInstallation(home, { env: { ...process.env, AWO_HOME: home } });
      if (!process.env['AWO_KEEP']) rmSync(home, { recursive: true, force: true, maxRetries: 3 });
      else say(`kept: ${home}`);
    }
  }
}

function fail(code: number, text: string): number {
  say(text);
  return code;
}

/** Between the marks of the page; drills that were not played keep their rows. */
function writeInto(all: readonly Played[]): void {
  const text = readFileSync(PAGE, 'utf8');
  const [from, to] = ['<!-- drills -->', '<!-- /drills -->'];
  const [a, b] = [text.indexOf(from), text.indexOf(to)];
  if (a < 0 || b < a) throw new Error(`${PAGE} has no place for the table, between ${from} and ${to}.`);
  const begin = a + from.length;
  const names = DRILLS.map((d) => d.name);
  writeFileSync(PAGE, `${text.slice(0, begin)}\n\n${tableOf(all, names, text.slice(begin, b))}\n\n${text.slice(b)}`);
}
