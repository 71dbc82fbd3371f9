// Drills: real faults on a small shop in staging. `node main.ts [NAME...|--all|--smoke] [--list] [--own] [--write] [--json] [--model | --scripted MODE,...]`
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { CHECKOUT, installationInfo } from '@awo/embedded';
import { DRILLS } from './drills/catalogue.ts';
import type { Drill } from './drills/drill.ts';
import { compare } from './model/compare.ts';
import { configuredModel, type Model, scriptedModel } from './model/environment.ts';
import { movedNothing, pairsTable } from './model/table.ts';
import { inOwnInstallation, playAll, type Theatre } from './play-all.ts';
import type { Played } from './play.ts';
import { isGood, tableOf } from './table.ts';
import { writeTable } from './write-table.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    list: { type: 'boolean', default: false },
    all: { type: 'boolean', default: false },
    smoke: { type: 'boolean', default: false },
    own: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    model: { type: 'boolean', default: false },
    scripted: { type: 'string' },
  },
});
const say = (line: string): void => void process.stderr.write(`${line}\n`);
const page = (name: string): string => join(CHECKOUT, 'docs', name);

/** An installation of our own outlives nobody who ends this; the terminal and the launcher may both say so. */
const stopped = new Promise<never>((_, reject) => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => reject(new Error(`ended by ${signal}`)));
});
stopped.catch(() => undefined);
const theatre: Theatre = { say, stopped };

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
  const besideModel = values.model || values.scripted !== undefined;
  const unnamed = positionals.length === 0 && !values.smoke;
  const chosen = DRILLS.filter(
    (d) => positionals.includes(d.name) || (values.smoke && d.smoke) || values.all || (unnamed && (besideModel ? d.open : values.own)),
  );
  if (chosen.length === 0) return fail(2, 'Name a drill, or --all. --list shows them.');
  return besideModel ? comparison(chosen) : performance(chosen);
}

async function performance(chosen: readonly Drill[]): Promise<number> {
  const all: Played[] = [];
  const each = (played: Played): void => {
    all.push(played);
    // At once: whoever ends a long run keeps what was played. Drills that were not played keep their rows.
    if (!values.write) return;
    const names = DRILLS.map((d) => d.name);
    writeTable(page('repair.md'), 'drills', (before) => tableOf(all, names, before));
  };
  const [alone, together] = [chosen.filter((d) => d.alone), chosen.filter((d) => !d.alone)];
  if (values.own)
    for (const act of [together, ...alone.map((drill) => [drill])].filter((one) => one.length > 0))
      await inOwnInstallation(process.env, theatre, (home) => playAll(act, home, theatre, each));
  else {
    const home = process.env['AWO_HOME'] ?? join(CHECKOUT, '.awo');
    if (!installationInfo(home)) return fail(3, `Nothing is running in ${home}. Start it with: npx awo up`);
    const playable = chosen.length === 1 ? chosen : together;
    for (const { name } of chosen.filter((d) => !playable.includes(d)))
      say(`${name} is left out: it needs the shop as it begins. Play it by itself, or with --own.`);
    await playAll(playable, home, theatre, each);
  }
  process.stdout.write(values.json ? `${JSON.stringify(all, null, 2)}\n` : `${tableOf(all)}\n`);
  return all.every(isGood) ? 0 : 1;
}

async function comparison(chosen: readonly Drill[]): Promise<number> {
  const models: Model[] = [];
  try {
    if (values.model) {
      const model = configuredModel(process.env);
      if (!model) return fail(2, 'AWO_MODEL names no model. Set it and AWO_MODEL_URL, or take one of our own: --scripted right.');
      models.push(model);
    }
    for (const mode of values.scripted?.split(',') ?? []) {
      const model = await scriptedModel(mode, process.env);
      if (!model) return 2;
      models.push(model);
    }
    const pairs = await compare(chosen, models, theatre, (so) => {
      if (values.write) writeTable(page('models.md'), 'comparison', (before) => pairsTable(so, before));
    });
    process.stdout.write(values.json ? `${JSON.stringify(pairs, null, 2)}\n` : `${pairsTable(pairs)}\n`);
    return pairs.every(movedNothing) ? 0 : 1;
  } finally {
    for (const model of models) model.close();
  }
}

function fail(code: number, text: string): number {
  say(text);
  return code;
}
