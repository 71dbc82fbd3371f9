// repairsInForce: what is shown as left by repairs, and what taking it back means.
import { expect, test } from 'vitest';
import type { ServiceStatus } from './capabilities/rollout.ts';
import { refusingAddress } from './open-circuit.ts';
import { repairsInForce } from './repairs-in-force.ts';

const [A, B, C] = ['redis://a:1', 'redis://b:2', 'redis://c:3'];
const conf = (env: Record<string, string>, digest?: string) => ({ env, files: digest === undefined ? [] : [{ path: '/etc/told.json', digest }] });
const before = (env: Record<string, string>, byRepair = true, digest?: string) => ({
  until: '2026-01-01T00:00:00Z',
  configuration: conf(env, digest),
  byRepair,
});
const status = (more: Partial<ServiceStatus>): ServiceStatus => ({
  environment: 'staging',
  name: 'back',
  repo: '/r',
  address: '',
  previous: null,
  sideBySide: true,
  revisions: [{ revision: 'a'.repeat(40), weight: 100, state: 'ready', pid: 1, port: 1, restarts: 0, startedAt: null }],
  sources: [{ variable: 'URL', address: B, standby: [A, C], original: A, path: '/version', answers: { [B]: '7' } }],
  limits: { POOL: { value: 20, max: 40 } },
  flags: { NEW: { value: 'off', safe: 'off' } },
  ...more,
});

test.each<[what: string, given: Partial<ServiceStatus>, found: [kind: string, because: string][]]>([
  ['nothing was repaired', { configuration: conf({}), configurationsBefore: [] }, []],
  ['somebody changed a file, and nobody repaired it', { configuration: conf({}, 'sha256:2'), configurationsBefore: [before({}, false, 'sha256:1')] }, []],
  ['a source was switched', { configuration: conf({ URL: B }), configurationsBefore: [before({})] }, [['switch-source', `URL is ${B} in place of ${A}`]]],
  [
    'a source was switched, and then a limit raised: the newest goes first',
    { configuration: conf({ URL: B, POOL: '20' }), configurationsBefore: [before({ URL: B }), before({})] },
    [
      ['raise-limit', 'POOL is 20 in place of what its repository says'],
      ['switch-source', `URL is ${B} in place of ${A}`],
    ],
  ],
  [
    'what came before a change of somebody else stays',
    { configuration: conf({ NEW: 'off' }), configurationsBefore: [before({}, true, 'sha256:1'), before({ POOL: '2' }, false), before({ POOL: '1' })] },
    [['toggle-flag', 'NEW is off in place of what its repository says']],
  ],
  [
    'a source was switched, and a file edited since: the file stays',
    { configuration: conf({ URL: B }, 'sha256:3'), configurationsBefore: [before({ URL: B }, false, 'sha256:2'), before({}, true, 'sha256:2')] },
    [['switch-source', `URL is ${B} in place of ${A}`]],
  ],
  [
    'a file was brought back, and edited since: it is nobody’s repair any more',
    { configuration: conf({}, 'sha256:3'), configurationsBefore: [before({}, false, 'sha256:1'), before({}, true, 'sha256:2')] },
    [],
  ],
  [
    'a file was brought back',
    { configuration: conf({}, 'sha256:1'), configurationsBefore: [before({}, true, 'sha256:2')] },
    [['restore-configuration', '/etc/told.json is in an earlier version']],
  ],
  [
    'a circuit was opened',
    { configuration: conf({ URL: 'redis://127.0.0.1:1' }), configurationsBefore: [before({})] },
    [['open-circuit', `URL is redis://127.0.0.1:1 in place of ${A}`]],
  ],
  ['it was scaled', { replicas: { value: 3, max: 4 } }, [['scale', '3 processes of it run in place of one']]],
  ['customers are turned away', { shed: 33 }, [['shed-traffic', '33 % of its customers are turned away']]],
  ['nothing of it runs any more', { revisions: [], shed: 33, configurationsBefore: [before({})] }, []],
])('%s', (_what, given, found) => {
  expect(repairsInForce(status(given)).map((r) => [r.kind, r.because])).toEqual(found);
});

test('the way back is the repair with act and undo exchanged, and what is gone back to has to hold what the present source holds', () => {
  const [way] = repairsInForce(status({ configuration: conf({ URL: B }), configurationsBefore: [before({})] }));
  expect(way).toMatchObject({
    act: { configuration: conf({}) },
    undo: { configuration: conf({ URL: B }) },
    check: { from: B, to: A, path: '/version', known: '7' },
  });
});

test('an open circuit is closed without a comparison: where every call is refused, nothing was written', () => {
  expect(repairsInForce(status({ configuration: conf({ URL: 'redis://127.0.0.1:1' }), configurationsBefore: [before({})] }))[0]?.check).toBeUndefined();
});

test.each([
  ['redis://app:[redacted]@db:6379/2', 'redis://127.0.0.1:1/2'],
  ['http://stock:8080', 'http://127.0.0.1:1'],
  ['/var/spool', null],
  ['five', null],
])('%s refuses as %s', (address, refusing) => {
  expect(refusingAddress(address)).toBe(refusing);
});
