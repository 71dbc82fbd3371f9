// What the verifier has found: kept in a file for `awo ps` and `awo doctor`, and written to HISTORY, where it stays.
import { readFile, rename, writeFile } from 'node:fs/promises';
import { parseJson } from '@awo/bus';
import type { Bus } from '@awo/bus';
import { VerifierState, subjects } from '@awo/contracts';
import type { Violation } from '@awo/contracts';
import type { Logger } from '@awo/telemetry';

export type Report = {
  /** Gives those that were not known before. The file first, then HISTORY: what HISTORY does not take is said again in the next round. */
  add: (found: readonly Violation[], progress: Partial<Pick<VerifierState, 'to' | 'goals' | 'looks' | 'unknown'>>) => Promise<Violation[]>;
  state: () => VerifierState;
};

const keyOf = ({ goal, what }: Violation): string => `${goal ?? 'log'} ${what}`;

export async function openReport({ bus, file, log, now }: { bus: Bus; file: string; log: Logger; now: () => Date }): Promise<Report> {
  // Gone or cut off by a power cut: what is still broken is found again.
  const before = VerifierState.safeParse(parseJson(await readFile(file).catch(() => new Uint8Array())));
  let state: VerifierState = { at: now().toISOString(), to: 0, goals: 0, unknown: 0, violations: [], ...before.data, looks: 0, lookedAt: null };
  const unsaid: Violation[] = [];
  const save = async () => {
    await writeFile(`${file}.new`, `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 });
    await rename(`${file}.new`, file);
  };
  return {
    state: () => state,
    add: async (found, progress) => {
      const known = new Set(state.violations.map(keyOf));
      const fresh = found.filter((one) => !known.has(keyOf(one)));
      const at = now().toISOString();
      const lookedAt = (progress.looks ?? 0) > state.looks ? at : state.lookedAt;
      state = { ...state, ...progress, at, lookedAt, violations: [...state.violations, ...fresh] };
      await save();
      for (const one of fresh) log.error(one, 'the log is not what it was');
      unsaid.push(...fresh);
      for (let one = unsaid[0]; one; one = unsaid[0]) {
        const record = JSON.stringify({ ...one, at });
        await bus.js.publish(subjects.history('verifier', one.goal ?? 'log'), record, { msgID: `verifier-${keyOf(one)}-${one.seq}` });
        unsaid.shift();
      }
      return fresh;
    },
  };
}
