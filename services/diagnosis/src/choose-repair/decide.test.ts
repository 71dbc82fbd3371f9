// decideRepair: what is chosen for which cause, least invasive first; when somebody is asked; what is never chosen.
import type { ServiceStatus } from '@awo/contracts';
import { expect, test } from 'vitest';
import { CATALOGUE } from './catalogue.ts';
import { decideRepair } from './decide.ts';
import type { Cause, ChooseFacts } from './facts.ts';

const SINCE = Date.parse('2026-05-01T12:00:00Z');
const before = (ms: number) => new Date(SINCE - ms).toISOString();
const [A, B] = ['a'.repeat(40), 'b'.repeat(40)];
const configuration = { env: {}, files: [{ path: '/etc/back.json', digest: 'sha256:2' }] };
const back = (more: Partial<ServiceStatus> = {}): ServiceStatus => ({
  environment: 'staging',
  name: 'back',
  repo: '/r',
  address: 'http://127.0.0.1:1',
  previous: null,
  sideBySide: true,
  configuration,
  revisions: [{ revision: A, weight: 100, state: 'ready', pid: 1, port: 1, restarts: 0, startedAt: before(7_200_000), launch: 'l1' }],
  sources: [
    {
      variable: 'STOCK_URL',
      address: 'http://127.0.0.1:2',
      standby: ['http://127.0.0.1:3'],
      path: '/version',
      answers: { 'http://127.0.0.1:2': '7', 'http://127.0.0.1:3': '7' },
    },
  ],
  ...more,
});
const cause = (entity: string, what: string, confidence = 0.9): Cause => ({ entity, cause: what, confidence, says: [] });
const facts = (causes: Cause[], more: Partial<ChooseFacts> = {}): ChooseFacts => ({
  environment: 'staging',
  service: 'front',
  attempt: 1,
  since: SINCE,
  verdict: 'found',
  causes,
  services: [back()],
  tried: [],
  past: [],
  policy: { confidence: 0.4, perIncident: 2 },
  ...more,
});
const released = back({ previous: B, revisions: [{ ...back().revisions[0]!, startedAt: before(60_000) }] });
const configured = back({
  configurationsBefore: [{ until: before(3000), configuration: { env: {}, files: [{ path: '/etc/back.json', digest: 'sha256:1' }] } }],
});
const scalable = (value: number) => back({ replicas: { value, max: 4 } });
const limited = back({ limits: { POOL_SIZE: { value: 8, max: 12 } } });

test.each<[what: string, given: ChooseFacts, kind: string | null]>([
  ['a data source that is slow: its standby', facts([cause('back/STOCK_URL', 'slow-component')]), 'switch-source'],
  ['a service that hangs: a fresh process', facts([cause('back', 'failing-component')]), 'restart'],
  ['memory that grows: a fresh process', facts([cause('back', 'memory-exhausted')]), 'restart'],
  ['what began with a release: back to the one before', facts([cause('back', 'failing-component')], { services: [released] }), 'roll-back'],
  ['what began with a changed file: the file as it was', facts([cause('back', 'crash-loop')], { services: [configured] }), 'restore-configuration'],
  [
    'a file that was changed before the release that runs: the release is the later change',
    facts([cause('back', 'failing-component')], {
      services: [
        back({
          ...configured,
          previous: B,
          revisions: [{ ...back().revisions[0]!, startedAt: before(20_000) }],
          configurationsBefore: [{ until: before(50_000), configuration }],
        }),
      ],
    }),
    'roll-back',
  ],
  [
    'what a repair has just set is not taken back because of something else',
    facts([cause('back', 'failing-component')], {
      services: [back({ configurationsBefore: [{ ...configured.configurationsBefore![0]!, byRepair: true }] })],
    }),
    'restart',
  ],
  ['a pool that is used up: a larger one, within its bound', facts([cause('back', 'connections-exhausted')], { services: [limited] }), 'raise-limit'],
  [
    'a slow source right after a harmless release: the source all the same',
    facts([cause('back/STOCK_URL', 'slow-component')], { services: [released] }),
    'switch-source',
  ],
  ['more customers than it can serve: some are turned away', facts([cause('back', 'load-changed')]), 'shed-traffic'],
  ['or served by more processes, where there may be more', facts([cause('back', 'load-changed')], { services: [scalable(1)] }), 'scale'],
  ['but not by more than there may be', facts([cause('back', 'load-changed')], { services: [scalable(4)] }), 'shed-traffic'],
  ['a release of long ago is not blamed', facts([cause('back', 'crash-loop')], { services: [back({ previous: B })] }), null],
  [
    'a source without a standby that the service copes without: its calls are refused at once',
    facts([cause('back/STOCK_URL', 'slow-component')], { services: [back({ sources: [{ ...back().sources![0]!, standby: [], optional: true }] })] }),
    'open-circuit',
  ],
  [
    'one that it copes without and that has a standby: the standby',
    facts([cause('back/STOCK_URL', 'slow-component')], { services: [back({ sources: [{ ...back().sources![0]!, optional: true }] })] }),
    'switch-source',
  ],
  [
    'a circuit that is open already',
    facts([cause('back/STOCK_URL', 'slow-component')], {
      services: [back({ sources: [{ ...back().sources![0]!, address: 'http://127.0.0.1:1', standby: [], optional: true }] })],
    }),
    null,
  ],
  ['a source without a standby: somebody has to look', facts([cause('back/STOCK_URL', 'slow-component')], { services: [back({ sources: [] })] }), null],
  ['a cause that nobody knows', facts([]), null],
  ['a cause on something that is no service of ours', facts([cause('somewhere', 'slow-component')]), null],
  ['what was tried is not tried again', facts([cause('back', 'failing-component')], { tried: [{ kind: 'restart', service: 'back', entity: 'back' }] }), null],
])('%s', (_what, given, kind) => {
  expect(decideRepair(given).repair?.kind ?? null).toBe(kind);
});

test('two causes that are as likely are a tie: somebody is asked', () => {
  const decision = decideRepair(facts([cause('back/STOCK_URL', 'slow-component', 0.48), cause('back', 'failing-component', 0.55)]));
  expect(decision).toMatchObject({ because: 'tie-so-ask', sure: false });
});

const bad: Cause = { ...cause('back', 'one-process'), process: 'l2' };
const shared = (launches: string[], more: Partial<ServiceStatus> = {}) =>
  back({ replicas: { value: 2, max: 4 }, revisions: [{ ...back().revisions[0]!, serving: launches.map((launch) => ({ launch, pid: 1, port: 1 })) }], ...more });

test.each<[what: string, services: ServiceStatus[], kind: string]>([
  ['one process of several is bad: that one, and no other', [shared(['l1', 'l2'])], 'drain'],
  ['it has ended meanwhile: all of them anew', [shared(['l1', 'l3'])], 'restart'],
  ['no other one serves: anew as well', [shared(['l2'])], 'restart'],
  ['two must not run side by side', [shared(['l1', 'l2'], { sideBySide: false })], 'restart'],
])('%s', (_what, services, kind) => {
  const { repair, because } = decideRepair(facts([bad], { services }));
  expect([repair?.kind, because]).toEqual([kind, 'least-invasive-that-helps']);
  if (kind === 'drain') expect(repair).toMatchObject({ act: { do: 'drain', process: 'l2' }, undo: null });
});

test('a cause that is hardly believed is not acted on without asking', () => {
  expect(decideRepair(facts([cause('back', 'failing-component', 0.35)]))).toMatchObject({ because: 'low-confidence-so-ask', sure: false });
});

test('what worked for the same cause before is preferred, and what did not is not', () => {
  const alike = { entity: 'back', cause: 'connections-exhausted', kind: 'restart' as const };
  const given = facts([cause('back', 'connections-exhausted')], { services: [limited] });
  expect(decideRepair({ ...given, past: [{ ...alike, worked: true }] })).toMatchObject({
    because: 'least-invasive-that-helps',
    repair: { kind: 'raise-limit' },
  });
  expect(
    decideRepair({
      ...given,
      past: [
        { ...alike, kind: 'raise-limit', worked: false },
        { ...alike, worked: true },
      ],
    }),
  ).toMatchObject({ because: 'worked-before', repair: { kind: 'restart' } });
  expect(decideRepair({ ...given, past: [{ ...alike, cause: 'something else', worked: true }] }).repair?.kind).toBe('raise-limit');
});

test('every repair of the catalogue says how it is taken back before it begins, or that nothing of it persists', () => {
  const status = shared(['l1', 'l2'], {
    ...configured,
    ...limited,
    revisions: shared(['l1', 'l2']).revisions,
    previous: B,
    flags: { NEW: { value: 'on', safe: 'off' } },
  });
  for (const entry of CATALOGUE) {
    const entity = entry.kind === 'switch-source' || entry.kind === 'open-circuit' ? 'back/STOCK_URL' : 'back';
    const made = entry.make({ cause: { ...cause(entity, 'x'), process: 'l2' }, status, revision: A, since: SINCE, now: configuration });
    expect(made, entry.kind).not.toBeNull();
    const persists = entry.kind !== 'restart' && entry.kind !== 'drain';
    expect(persists ? made?.undo?.do : made?.undo, entry.kind).toEqual(persists ? made?.act.do : null);
  }
});
