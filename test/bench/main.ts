// npm run bench: goals through the real agent runtime, worker processes, a real nats-server that syncs on every write.
import { cpus, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { NATS_VERSION } from '@awo/embedded';
import { measureFlood } from './flood.ts';
import { measureLoad } from './load.ts';
import { measureProfile } from './profile.ts';
import { writeSections } from './section.ts';
import type { BenchOptions, Section } from './section.ts';
import { measureCopies, measureLengths, measureReplicas } from './shapes.ts';
import { measureStarts } from './starts.ts';

const PARTS: Record<string, (options: BenchOptions) => Promise<Section>> = {
  load: measureLoad,
  replicas: measureReplicas,
  lengths: measureLengths,
  copies: measureCopies,
  starts: measureStarts,
  profile: measureProfile,
  // `--goals` times ten at once.
  flood: measureFlood,
  // A history of its own: `--goals 100000` writes that many, twice.
  archive: async (options) => (await import('./archive.ts')).measureArchive(options),
  // Loaded when asked for: it installs what it compares with.
  peers: async (options) => (await import('./peers/compare.ts')).measurePeers(options),
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    goals: { type: 'string', default: '1000' },
    only: { type: 'string' },
    all: { type: 'boolean', default: false },
    peers: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
});
const goals = Number(positionals[0] ?? values.goals);
const wanted = values.all ? Object.keys(PARTS) : [...(values.only?.split(',') ?? ['load']), ...(values.peers ? ['peers'] : [])];
const unknown = wanted.filter((name) => !PARTS[name]);
if (unknown.length > 0 || !(goals > 0)) {
  console.error(`Usage: npm run bench -- [GOALS] [--only ${Object.keys(PARTS).join(',')}] [--peers] [--all] [--write]`);
  process.exit(2);
}

const machine = `${cpus().length} x ${cpus()[0]?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform}; Node ${process.version.slice(1)}, nats-server ${NATS_VERSION} (sync_interval always); ${new Date().toISOString().slice(0, 16)}Z`;
const sections: Section[] = [{ id: 'machine', lines: [`Machine: ${machine}. Command: \`npm run bench -- ${process.argv.slice(2).join(' ')}\`.`] }];
console.log(sections[0]?.lines.join('\n'));
for (const name of new Set(wanted)) {
  const section = await PARTS[name]?.({ goals, say: (text) => console.error(text) });
  if (!section) continue;
  sections.push(section);
  console.log(`\n${section.lines.join('\n')}`);
  if (values.write) writeSections(sections);
}
