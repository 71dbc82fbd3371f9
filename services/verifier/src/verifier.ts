// The verifier: walks what is new, signs how far each goal came, looks again at what it signed, and says what must not be.
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readGoalCheckpoints, writeGoalCheckpoints } from '@awo/bus';
import type { Bus, SigningKey } from '@awo/bus';
import type { Logger } from '@awo/telemetry';
import { lookAgain } from './again.ts';
import type { Sealed } from './again.ts';
import { openHeads } from './heads.ts';
import type { Violation } from './violation.ts';
import { openWalker } from './walk.ts';

/** One checkpoint names at most so many goals: a line stays readable. */
const HEADS_PER_LINE = 500;
const MIRROR = 'GOALS_MIRROR';

export type VerifierOptions = { bus: Bus; home: string; key: SigningKey; sealed: Sealed; log: Logger; now: () => Date; goalsPerRound: number };

export type Verifier = {
  /** One look: everything new, and some of what was signed before. Gives what was found, once each. */
  round: () => Promise<Violation[]>;
  close: () => void;
};

/** What `awo doctor` reads: AWO_HOME/verifier/state.json. */
export type VerifierState = { at: string; to: number; goals: number; looks: number; violations: Violation[] };

export async function openVerifier({ bus, home, key, sealed, log, now, goalsPerRound }: VerifierOptions): Promise<Verifier> {
  const folder = join(home, 'verifier');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, 'goals.checkpoints');
  // What was found stays found: a broken first commit has no head that would be looked at again.
  const found: Violation[] = await readViolations(join(folder, 'state.json'));
  // Throws where a line was changed: nothing is signed after it, that would make the damage look like the truth.
  const signed = await readGoalCheckpoints(file, [key.publicKey]);
  const heads = openHeads(join(folder, 'heads.sqlite'), signed);
  const write = await writeGoalCheckpoints(file, key);
  const broken = new Set(found.flatMap(({ goal }) => (goal ? [goal] : [])));
  const walker = openWalker(bus, heads, broken, async (goal) => (await sealed(goal)) !== null);
  let position = signed.at(-1)?.to ?? 0;
  let stream = signed[0]?.stream;
  let after = '';
  let looks = 0;

  const asAWhole = async (): Promise<Violation[]> => {
    const { created, state } = await bus.jsm.streams.info('GOALS');
    stream ??= created;
    const say = (what: Violation['what'], detail: string): Violation[] => [{ goal: null, seq: state.last_seq, index: 0, what, detail }];
    if (created !== stream) return say('log-replaced', `the stream was made at ${created}; what is signed is of one made at ${stream}`);
    if (state.last_seq < position) return say('log-shortened', `the log ends at ${state.last_seq}; it was walked up to ${position}`);
    return [];
  };
  const mirror = async (): Promise<string | null> =>
    bus.jsm.streams.info(MIRROR).then(
      () => MIRROR,
      () => null,
    );

  const round = async (): Promise<Violation[]> => {
    const fresh: Violation[] = await asAWhole();
    for (let more = fresh.length === 0; more;) {
      const walked = await walker.walk(position);
      fresh.push(...walked.violations);
      await sign(walked.to, [...walked.moved]);
      more = walked.more;
    }
    const looked = await lookAgain(bus, heads, broken, { after, count: goalsPerRound, mirror: await mirror(), sealed });
    after = looked.last;
    looks += looked.last === '' ? 1 : 0;
    if (looked.archived.length > 0) await write({ stream: stream ?? '', to: position, at: now().toISOString(), heads: [], archived: looked.archived });
    const known = new Set(found.map((one) => `${one.goal} ${one.what}`));
    const all = [...fresh, ...looked.violations].filter((one) => !known.has(`${one.goal} ${one.what}`));
    for (const one of all) {
      if (one.goal) broken.add(one.goal);
      log.error(one, 'the log is not what it was');
      const id = `${one.goal}-${one.what}-${one.seq}`;
      await bus.js.publish('awo.signal.verifier.violation', JSON.stringify({ ...one, at: now().toISOString() }), { msgID: id });
    }
    found.push(...all);
    await save();
    return all;
  };

  const sign = async (to: number, moved: [string, { seq: number; commits: number; hash: string }][]) => {
    if (to === position) return;
    for (let at = 0; at === 0 || at < moved.length; at += HEADS_PER_LINE) {
      const part = moved.slice(at, at + HEADS_PER_LINE).map(([goal, h]): [string, number, number, string] => [goal, h.seq, h.commits, h.hash]);
      // Only the last line says that everything up to there was walked: a death in between walks it again.
      const reached = at + HEADS_PER_LINE >= moved.length ? to : position;
      await write({ stream: stream ?? '', to: reached, at: now().toISOString(), heads: part, archived: [] });
    }
    position = to;
  };

  const save = async () => {
    const state: VerifierState = { at: now().toISOString(), to: position, goals: heads.count(), looks, violations: found };
    const beside = join(folder, 'state.json.new');
    await writeFile(beside, `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 });
    await rename(beside, join(folder, 'state.json'));
  };

  return { round, close: heads.close };
}

async function readViolations(file: string): Promise<Violation[]> {
  const text = await readFile(file, 'utf8').catch(() => '{"violations":[]}');
  return (JSON.parse(text) as Pick<VerifierState, 'violations'>).violations;
}
