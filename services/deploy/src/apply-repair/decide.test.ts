// decideApply: a repair is applied only to what it was chosen for, and a standby only where it holds the same data.
import { Repair, type ServiceStatus } from '@awo/contracts';
import { expect, test } from 'vitest';
import { decideApply } from './decide.ts';
import { decideUndoRepair } from '../undo-repair/decide.ts';

const A = 'a'.repeat(40);
const [FROM, TO] = ['http://127.0.0.1:2', 'http://127.0.0.1:3'];
const configuration = { env: {}, files: [] };
const repair = Repair.parse({
  kind: 'switch-source',
  service: 'back',
  revision: A,
  act: { do: 'configure', configuration: { env: { STOCK_URL: TO }, files: [] } },
  undo: { do: 'configure', configuration },
  because: 'slow',
  cause: 'slow-component',
  entity: 'back/STOCK_URL',
  confidence: 0.9,
  check: { from: FROM, to: TO, path: '/version', known: '7' },
});
const status = (answers: Record<string, string | null>, more: Partial<ServiceStatus> = {}): ServiceStatus => ({
  environment: 'staging',
  name: 'back',
  repo: '/r',
  address: '',
  previous: null,
  sideBySide: true,
  configuration,
  revisions: [{ revision: A, weight: 100, state: 'ready', pid: 1, port: 1, restarts: 0, startedAt: null, launch: 'l' }],
  sources: [{ variable: 'STOCK_URL', address: FROM, standby: [TO], path: '/version', answers }],
  ...more,
});
const decide = (given: ServiceStatus | null, begun = false) => decideApply({ environment: 'staging', repair, status: given, begun }).because;

test.each<[what: string, given: ServiceStatus | null, because: string]>([
  ['both hold the same', status({ [FROM]: '7', [TO]: '7' }), 'safe-to-apply'],
  ['the standby is behind', status({ [FROM]: '7', [TO]: '6' }), 'standby-differs'],
  ['the standby does not answer', status({ [FROM]: '7', [TO]: null }), 'standby-unknown'],
  ['the primary is dead, and what it said last is known', status({ [TO]: '7' }), 'safe-to-apply'],
  ['another revision serves by now', status({ [TO]: '7' }, { revisions: [] }), 'changed-since'],
  ['somebody configured it meanwhile', status({ [TO]: '7' }, { configuration: { env: { X: '1' }, files: [] } }), 'changed-since'],
  ['it is gone', null, 'changed-since'],
])('%s', (_what, given, because) => {
  expect(decide(given)).toBe(because);
});

test('a revision that must not come back does not, as a repair no more than as an undo', () => {
  const back = Repair.parse({ ...repair, kind: 'roll-back', act: { do: 'run', revision: 'b'.repeat(40) }, undo: { do: 'run', revision: A }, check: undefined });
  const decided = decideApply({ environment: 'staging', repair: back, status: status({}), begun: false, frozen: 'A migration has run.' });
  expect(decided).toMatchObject({ because: 'roll-back-frozen', apply: false, choice: expect.stringContaining('A migration has run.') });
  expect(decideApply({ environment: 'staging', repair: back, status: status({}), begun: false, frozen: null }).because).toBe('safe-to-apply');
});

test('a process is drained only while it serves and another one does', () => {
  const drain = Repair.parse({ ...repair, kind: 'drain', act: { do: 'drain', process: 'x' }, undo: null, check: undefined });
  const shared = (...launches: string[]) =>
    status({}, { revisions: [{ ...status({}).revisions[0]!, serving: launches.map((launch) => ({ launch, pid: 1, port: 1 })) }] });
  const because = (...launches: string[]) => decideApply({ environment: 'staging', repair: drain, status: shared(...launches), begun: false }).because;
  expect([because('x', 'y'), because('y', 'z'), because('x')]).toEqual(['safe-to-apply', 'changed-since', 'changed-since']);
});

test('what was begun goes on after a kill, although it no longer looks as it did', () => {
  expect(decide(status({ [FROM]: '7', [TO]: '7' }, { configuration: { env: { STOCK_URL: TO }, files: [] } }), true)).toBe('safe-to-apply');
});

test.each<[what: string, applied: boolean, undo: boolean]>([
  ['what took place is taken back', true, true],
  ['what did not take place is not', false, false],
])('%s', (_what, applied, undo) => {
  expect(decideUndoRepair({ environment: 'staging', repair, applied, aborted: false, why: 'still slow' }).undo).toBe(undo);
});
