// The verifier: walks what is new, signs how far each goal came, looks again at what it signed, and says what must not be.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readGoalCheckpoints, writeGoalCheckpoints } from '@awo/bus';
import type { Bus, CheckpointWriter, GoalsCheckpoint, SigningKey } from '@awo/bus';
import { TerminalError } from '@awo/contracts';
import type { Violation } from '@awo/contracts';
import type { GoalHead } from '@awo/goal';
import type { Logger } from '@awo/telemetry';
import { lookAgain } from './again.ts';
import { openHeads } from './heads.ts';
import { openReport } from './report.ts';
import type { Report } from './report.ts';
import type { IsSealed } from './sealed.ts';
import { openWalker } from './walk.ts';

/** One checkpoint names at most so many goals: a line stays readable. */
const HEADS_PER_LINE = 500;
const COPY = 'GOALS_COPY';

/** `againEveryMs`: looking through all that was signed begins no sooner than that after it began last, or a few goals would be read over and over. */
export type VerifierOptions = {
  bus: Bus;
  home: string;
  key: SigningKey;
  isSealed: IsSealed;
  log: Logger;
  now: () => Date;
  goalsPerRound: number;
  againEveryMs: number;
};

export type Verifier = {
  /** One look: everything new, and some of what was signed before. Gives what was found, once each. */
  round: () => Promise<Violation[]>;
  report: Report;
  close: () => Promise<void>;
};

export async function openVerifier(options: VerifierOptions): Promise<Verifier> {
  const { bus, home, key, log, now } = options;
  const folder = join(home, 'verifier');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const report = await openReport({ bus, file: join(folder, 'state.json'), log, now });
  const file = join(folder, 'goals.checkpoints');
  const signed = await readGoalCheckpoints(file, [key.publicKey]).catch((error: unknown) => {
    if (error instanceof TerminalError && error.code === 'bad-message') return error.message;
    throw error;
  });
  // Nothing is signed after a line that was changed: that would make the damage look like the truth.
  if (typeof signed === 'string') {
    const damaged: Violation = { goal: null, seq: 0, index: 0, what: 'checkpoints-damaged', detail: signed };
    return { round: () => report.add([damaged], {}), report, close: () => Promise.resolve() };
  }
  const heads = openHeads(join(folder, 'heads.sqlite'), signed);
  const checkpoints = await writeGoalCheckpoints(file, key);
  const close = async () => {
    heads.close();
    await checkpoints.close();
  };
  return { round: roundOf(options, { signed, heads, report, checkpoints }), report, close };
}

type Parts = {
  signed: readonly GoalsCheckpoint[];
  heads: ReturnType<typeof openHeads>;
  report: Report;
  checkpoints: CheckpointWriter;
};

function roundOf({ bus, isSealed, now, goalsPerRound, againEveryMs }: VerifierOptions, { signed, heads, report, checkpoints }: Parts): Verifier['round'] {
  // What was found stays found: a broken first commit has no head that would be looked at again.
  const broken = new Set(report.state().violations.flatMap(({ goal }) => (goal ? [goal] : [])));
  const walker = openWalker(bus, heads, broken, isSealed);
  let position = signed.at(-1)?.to ?? 0;
  // The last one: a restore signs that the log stands in another stream from now on.
  let stream = signed.at(-1)?.stream;
  let after = '';
  let looks = 0;
  let begun = -Infinity;
  const unknown = { last: 0, counting: 0 };

  const asAWhole = async (): Promise<Violation[]> => {
    const { created, state } = await bus.jsm.streams.info('GOALS');
    stream ??= created;
    const say = (what: Violation['what'], detail: string): Violation[] => [{ goal: null, seq: state.last_seq, index: 0, what, detail }];
    if (created !== stream) return say('log-replaced', `the stream was made at ${created}; what is signed is of one made at ${stream}`);
    if (state.last_seq < position) return say('log-shortened', `the log ends at ${state.last_seq}; it was walked up to ${position}`);
    return [];
  };
  const copy = async (): Promise<string | null> =>
    bus.jsm.streams.info(COPY).then(
      () => COPY,
      () => null,
    );
  const line = (to: number, of: [string, GoalHead][], archived: string[]) =>
    checkpoints.add({ stream: stream ?? '', to, at: now().toISOString(), heads: of.map(([goal, h]) => [goal, h.seq, h.commits, h.hash]), archived });
  const sign = async (to: number, moved: [string, GoalHead][]) => {
    if (to === position) return;
    for (let at = 0; at === 0 || at < moved.length; at += HEADS_PER_LINE) {
      // Only the last line says that everything up to there was walked: a death in between walks it again.
      const reached = at + HEADS_PER_LINE >= moved.length ? to : position;
      await line(reached, moved.slice(at, at + HEADS_PER_LINE), []);
    }
    position = to;
  };

  const again = async (): Promise<Violation[]> => {
    if (after === '') begun = now().getTime();
    const looked = await lookAgain(bus, heads, broken, { after, count: goalsPerRound, copy: await copy(), isSealed });
    after = looked.last;
    unknown.counting += looked.unknown;
    if (looked.last === '') {
      looks++;
      Object.assign(unknown, { last: unknown.counting, counting: 0 });
    }
    if (looked.archived.length > 0) await line(position, [], looked.archived);
    return looked.violations;
  };

  return async () => {
    const found = await asAWhole();
    for (let more = found.length === 0; more;) {
      const walked = await walker.walk(position);
      found.push(...walked.violations);
      await sign(walked.to, [...walked.moved]);
      more = walked.more;
    }
    if (after !== '' || now().getTime() - begun >= againEveryMs) found.push(...(await again()));
    for (const { goal } of found) if (goal) broken.add(goal);
    return report.add(found, { to: position, goals: heads.count(), looks, unknown: Math.max(unknown.last, unknown.counting) });
  };
}
