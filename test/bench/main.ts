// npm run bench: goals through the real agent runtime, worker processes, a real nats-server that syncs on every write.
import { cpus, loadavg, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { NATS_VERSION } from '@awo/embedded';
import { measureFlood } from './flood.ts';
import { measureLoad } from './load.ts';
import { measureProfile } from './profile.ts';
import { writeSection } from './section.ts';
import type { BenchOptions, Section } from './section.ts';
import { measureCopies, measureLengths, measureReplicas } from './shapes.ts';
import { measureStarts } from './starts.ts';
import { measureWrites } from './writes.ts';

const PARTS: Record<string, (options: BenchOptions) => Promise<Section>> = {
  load: measureLoad,
  replicas: measureReplicas,
  lengths: measureLengths,
  copies: measureCopies,
  starts: measureStarts,
  writes: measureWrites,
  profile: measureProfile,
  // `--goals` times ten at once.
  flood: measureFlood,
  // Loaded when asked for: it installs what it compares with.
  peers: async (options) => (await import('./peers/compare.ts')).measurePeers(options),
  // A history of its own, and so not among `--all`: `--goals 100000` writes that many, twice.
  archive: async (options) => (await import('./archive.ts')).measureArchive(options),
};
const ALONE = ['peers', 'archive'];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    goals: { type: 'string', default: '1000' },
    only: { type: 'string' },
    quick: { type: 'boolean', default: false },
    all: { type: 'boolean', default: false },
    peers: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
});
const goals = values.quick ? 100 : Number(positionals[0] ?? values.goals);
const wanted = [
  ...(values.only?.split(',') ?? (values.all || !values.peers ? Object.keys(PARTS).filter((name) => !ALONE.includes(name)) : [])),
  ...(values.all || values.peers ? ['peers'] : []),
];
const unknown = wanted.filter((name) => !PARTS[name]);
if (unknown.length > 0 || !(goals > 0)) {
  console.error(`Usage: npm run bench -- [GOALS] [--quick] [--only ${Object.keys(PARTS).join(',')}] [--peers] [--all] [--write]`);
  process.exit(2);
}

const machine = `${cpus().length} x ${cpus()[0]?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform}; Node ${process.version.slice(1)}, nats-server ${NATS_VERSION} (sync_interval always); ${new Date().toISOString().slice(0, 16)}Z`;
const command = `npm run bench -- ${process.argv.slice(2).join(' ')}`.replace(/ -- $/, '');
for (const name of new Set(wanted)) {
  // Beside other programs the figures say little, so each section says how busy the machine was when it began.
  const busy = loadavg()[0] ?? 0;
  const foot = ['', `${machine}. Processes that wanted a core when it began: ${busy.toFixed(1)}. \`${command}\``];
  try {
    const section = await PARTS[name]?.({ goals, say: (text) => console.error(text) });
    if (!section) continue;
    const lines = [...section.lines, ...foot];
    console.log(`\n${lines.join('\n')}`);
    if (values.write) writeSection({ id: section.id, lines });
  } catch (error) {
    // The others are worth having all the same.
    process.exitCode = 1;
    console.error(`${name} could not be measured: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  }
}
