// The evidence of an incident as it is laid out, and when an answer is worth another look.
import type { EvidenceCollected, RootCauses } from '@awo/contracts';
import { expect, test } from 'vitest';
import { decideCauses } from './decide.ts';
import type { ExplainFacts } from './gather.ts';
import { bundleOf, frameOf } from './bundle.ts';

const collected: EvidenceCollected = {
  at: 100_000,
  topology: { nodes: [{ id: 'back', kind: 'service' }], edges: [] },
  tracks: [{ entity: 'back', metric: 'latency_p95_ms', t: [10_000, 50_000, 60_000, 99_000], v: [20, 900, 20, 900] }],
  logs: [50_000, 99_000].map((t) => ({ entity: 'back', t, message: 'timeout' })),
  changes: [],
};

test('an earlier incident is left out of what is usual, or the same trouble again would not stand out', () => {
  const { tracks, logs } = bundleOf(collected, { service: 'back', symptom: 'slow', since: 98_000, disturbed: [[45_000, 55_000]] });
  expect(tracks).toEqual([{ entity: 'back', metric: 'latency_p95_ms', t: [10_000, 60_000, 99_000], v: [20, 20, 900] }]);
  expect(logs.map((line) => line.t)).toEqual([99_000]);
});

test('calls are laid out as the other evidence is, and of older facts that have none nothing is said', () => {
  const span = (start: number) => ({ trace: 't', span: `${start}`, parent: null, entity: 'back', name: 'GET /', start, durationMs: 5, error: false });
  const noticed = { service: 'back', symptom: 'slow', since: 98_000, disturbed: [[45_000, 55_000]] as const };
  const { traces } = bundleOf({ ...collected, traces: [10_000, 50_000, 99_000].map(span) }, noticed);
  expect(traces).toEqual([span(10_000), span(99_000)]);
  expect(bundleOf(collected, noticed)).not.toHaveProperty('traces');
  const missing = (evidence: EvidenceCollected): string[] =>
    decideCauses({ service: 'back', symptom: 'slow', since: 98_000, bundle: bundleOf(evidence, noticed), looks: 1 }).answer.hypotheses[0]?.missing ?? [];
  const [tells, told] = [expect.stringContaining('traces.jsonl') as string, { ...collected, traces: [span(10_000), span(99_000)] }];
  expect(missing(collected)).toContainEqual(tells);
  expect(missing(told)).not.toContainEqual(tells);
});

test('of several processes only what they had in the incident is compared', () => {
  const row = (t: number) => ({ t, entity: 'back', process: 'x', revision: 'a', requests: 1, errors: 0, ms: 1, waiting: 0 });
  const { processes } = bundleOf({ ...collected, processes: [row(90_000), row(99_000)] }, { service: 'back', symptom: 'slow', since: 98_000 });
  expect(processes?.map((one) => one.t)).toEqual([99_000]);
});

test('a restart is told when it happened, because how many there were before says nothing', () => {
  const restarts = { entity: 'back', metric: 'restarts', t: [10_000, 11_000, 12_000], v: [3, 3, 4] };
  const { tracks } = bundleOf({ ...collected, tracks: [restarts] }, { service: 'back', symptom: 'slow', since: 98_000 });
  expect(tracks).toEqual([{ ...restarts, t: [11_000, 12_000], v: [0, 1] }]);
});

test('the causes are told from the recorded evidence alone, so that they come out the same again', () => {
  const seconds = Array.from({ length: 100 }, (_, i) => i * 1000);
  const slow = { entity: 'back', metric: 'latency_p95_ms', t: seconds, v: seconds.map((t) => (t < 90_000 ? 20 + (t % 3000) / 1000 : 900)) };
  const bundle = bundleOf({ ...collected, tracks: [slow] }, { service: 'back', symptom: 'slow', since: 90_000 });
  const facts: ExplainFacts = { service: 'back', symptom: 'slow', since: 90_000, bundle, looks: 0 };
  const decided = decideCauses(facts);
  expect(decided).toMatchObject({ because: 'cause-found', answer: { hypotheses: [{ entity: 'back', cause: 'slow-component' }] } });
  expect(decideCauses(JSON.parse(JSON.stringify(facts)) as ExplainFacts)).toEqual(decided);
});

test('of two faults at once the second is found when the first is mended, though most of what was measured holds both', () => {
  const seconds = Array.from({ length: 111 }, (_, i) => i * 1000);
  const track = (entity: string, metric: string, usual: number, bad: (t: number) => number | null) => ({
    entity,
    metric,
    t: seconds,
    v: seconds.map((t) => bad(t) ?? usual + (t % 3000) / 1000),
  });
  const [began, repairedAt] = [80_000, 102_000];
  const stock = (t: number): boolean => t >= began && t < repairedAt;
  const both: EvidenceCollected = {
    at: 110_000,
    topology: { nodes: ['front', 'back'].map((id) => ({ id, kind: 'service' })), edges: [{ from: 'front', to: 'back', kind: 'calls' }] },
    tracks: [
      track('back', 'latency_p95_ms', 15, (t) => (stock(t) ? 420 : null)),
      track('front', 'latency_p95_ms', 20, (t) => (stock(t) ? 700 : t >= began ? 250 : null)),
      track('front', 'cpu_share', 0.02, (t) => (t >= began ? 0.85 : null)),
    ],
    logs: [],
    changes: [],
  };
  const causes = (repaired: number | undefined, service: string) => {
    const frame = frameOf({ since: began, disturbed: [] }, repaired, both.at);
    const facts = { service, symptom: 'slow', since: frame.since, bundle: bundleOf(both, { service, symptom: 'slow', ...frame }), looks: 1 };
    return decideCauses(facts).answer.hypotheses[0]?.entity;
  };
  expect(causes(undefined, 'back')).toBe('back');
  expect(causes(repairedAt, 'front')).toBe('front');
});

test('what belongs to the incident itself is never left out', () => {
  const { tracks } = bundleOf(collected, { service: 'back', symptom: 'slow', since: 40_000, disturbed: [[45_000, 99_000]] });
  expect(tracks[0]?.t).toHaveLength(4);
});

test('whom a process calls by address is named beside it, or nobody would know whom it means', () => {
  const nodes = [
    { id: 'back', kind: 'service', labels: { host: '127.0.0.1:2000' } },
    { id: 'back/STOCK_URL', kind: 'data-source', labels: { host: '127.0.0.1:43719' } },
    { id: 'back/SPOOL_DIR', kind: 'data-source' },
  ];
  const messages = ['connect ECONNREFUSED 127.0.0.1:43719', 'http://127.0.0.1:2000/list answered 500', 'connect ECONNREFUSED 127.0.0.1:20001'];
  const logs = messages.map((message) => ({ entity: 'back', t: 99_000, message }));
  const bundle = bundleOf({ ...collected, topology: { nodes, edges: [] }, logs }, { service: 'back', symptom: 'slow', since: 98_000 });
  expect(bundle.logs.map((line) => line.message)).toEqual([
    'connect ECONNREFUSED 127.0.0.1:43719 (STOCK_URL)',
    'http://127.0.0.1:2000 (back)/list answered 500',
    'connect ECONNREFUSED 127.0.0.1:20001',
  ]);
});

const hypothesis = (entity: string, confidence: number): RootCauses['hypotheses'][number] => ({
  entity,
  cause: 'slow-component',
  score: 1,
  confidence,
  for: [],
  against: [],
  missing: [],
  nextCheck: '',
});
const answered = (verdict: RootCauses['verdict'], confidences: number[], looks?: number) =>
  decideCauses({
    service: 'back',
    symptom: 'slow',
    since: 0,
    answer: { verdict, because: 'so', notes: [], hypotheses: confidences.map((c, i) => hypothesis(`s${i}`, c)) },
    ...(looks === undefined ? {} : { looks }),
  });

test.each<[what: string, verdict: RootCauses['verdict'], confidences: number[], looks: number | undefined, because: string]>([
  ['too little so far: it is looked at again', 'insufficient', [0.1], 0, 'too-early'],
  ['too little for good: that is the answer', 'insufficient', [0.1], 5, 'insufficient-evidence'],
  ['two that cannot be told apart: another look may', 'ambiguous', [0.4, 0.38], 1, 'too-early'],
  ['two that still cannot be told apart: somebody has to', 'ambiguous', [0.4, 0.38], 2, 'ambiguous'],
  ['one on thin evidence and no rival: no time is lost', 'ambiguous', [0.4, 0.02], 0, 'ambiguous'],
  ['a cause that was found', 'found', [0.9], 0, 'cause-found'],
  ['as recorded before answers were looked at twice', 'insufficient', [0.1], undefined, 'insufficient-evidence'],
])('%s', (_what, verdict, confidences, looks, because) => {
  expect(answered(verdict, confidences, looks)).toMatchObject({ because, lookAgain: because === 'too-early' });
});
