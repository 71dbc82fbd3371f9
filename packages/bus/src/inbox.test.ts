// The forms in which a goal comes, what makes two messages the same goal, and how each mistake is answered.
import { TerminalError } from '@awo/contracts';
import { headers } from '@nats-io/transport-node';
import { expect, test } from 'vitest';
import { goalIdFor, intakeDigest, parseIncoming } from './inbox.ts';

const bytes = (value: unknown) => new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value));
const withHeaders = (entries: Record<string, string>) => {
  const hdrs = headers();
  for (const [key, value] of Object.entries(entries)) hdrs.set(key, value);
  return hdrs;
};
const release = { service: 'cart', revision: 'v2' };
const spec = { kind: 'release', service: 'cart', revision: 'v2', environment: 'production', strategy: 'auto' };
const event = { specversion: '1.0', type: 'awo.goal', id: '7', source: '/ci', data: release };
const TRACE = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

test.each<[string, unknown, Record<string, string>, object]>([
  ['plain JSON without an id is a new goal each time', release, {}, { spec, id: null, source: 'nats', traceparent: undefined }],
  ['plain JSON with a Nats-Msg-Id', release, { 'Nats-Msg-Id': 'a1' }, { spec, id: 'msg:a1', source: 'nats' }],
  ['plain JSON that says where it comes from', release, { 'awo-source': 'cli' }, { spec, source: 'cli' }],
  ['the kind in the body is overruled by the subject, which the broker vouches for', { ...release, kind: 'test' }, {}, { spec }],
  ['CloudEvents in binary mode', release, { 'ce-id': '7', 'ce-source': '/ci', 'ce-specversion': '1.0' }, { spec, id: 'ce:/ci\n7', source: '/ci' }],
  ['the same in structured mode is the same goal', event, {}, { spec, id: 'ce:/ci\n7', source: '/ci' }],
  ['a CloudEvent’s own id counts before a Nats-Msg-Id', event, { 'Nats-Msg-Id': 'a1' }, { id: 'ce:/ci\n7' }],
  ['half an id of a CloudEvent is none', release, { 'ce-id': '7' }, { id: null }],
  ['extensions of a CloudEvent are let through', { ...event, datacontenttype: 'application/json', myext: 1 }, {}, { spec }],
  ['a trace goes on from its header', release, { traceparent: TRACE }, { traceparent: TRACE }],
  ['a trace goes on from a CloudEvent in binary mode', release, { 'ce-id': '7', 'ce-source': '/ci', 'ce-traceparent': TRACE }, { traceparent: TRACE }],
  ['a trace goes on from a CloudEvent in structured mode', { ...event, traceparent: TRACE }, {}, { traceparent: TRACE }],
  [
    'an empty object is a release of everything that changed',
    {},
    {},
    { spec: { kind: 'release', revision: 'HEAD', environment: 'production', strategy: 'auto' } },
  ],
])('%s', (_title, body, hdrs, expected) => {
  expect(parseIncoming('awo.goals.release', bytes(body), withHeaders(hdrs))).toMatchObject(expected);
});

type Bad = [title: string, subject: string, body: unknown, value: RegExp, wayOut: RegExp];
const bad: Bad[] = [
  ['bytes that are not JSON', 'awo.goals.release', 'release cart', /"\\"release cart\\""|"release cart"/, /Expected for example \{"service":"cart"\}/],
  ['a list', 'awo.goals.release', [release], /\[\{\\"service/, /Expected for example/],
  ['nothing', 'awo.goals.release', '', /not a JSON object: ""/, /Expected for example/],
  ['a kind that does not exist', 'awo.goals.releese', release, /"kind".*"releese"/, /awo\.goals\.release, \.rollback, \.test, \.assess, \.remediate/],
  ['a field that does not exist', 'awo.goals.release', { servcie: 'cart' }, /"servcie"/, /A release takes: .*service/],
  ['a value that cannot be', 'awo.goals.release', { service: 'c.a.r.t' }, /"service": .*"c\.a\.r\.t"/, /letter or digit/],
  [
    'a revision that git would take for an option',
    'awo.goals.release',
    { revision: '--upload-pack=x' },
    /"revision": .*"--upload-pack=x"/,
    /must not start with "-"/,
  ],
  ['a value of another type', 'awo.goals.release', { service: 7 }, /"service": .*7/, /string/],
  ['a wish that does not exist', 'awo.goals.release', { strategy: 'yolo' }, /"strategy": .*"yolo"/, /canary/],
  ['a CloudEvent without an id', 'awo.goals.release', { ...event, id: undefined }, /"id"/, /id, source and data/],
  ['a CloudEvent without data', 'awo.goals.release', { ...event, data: undefined }, /"data"/, /id, source and data/],
  ['a CloudEvent with text as data', 'awo.goals.release', { ...event, data: 'cart' }, /"data": .*"cart"/, /id, source and data/],
];

test.each(bad)('%s: the refusal names the value, what was expected and the way out', (_title, subject, body, value, wayOut) => {
  const refusal = (() => {
    try {
      parseIncoming(subject, bytes(body), undefined);
    } catch (error) {
      return error;
    }
  })();
  expect(refusal).toBeInstanceOf(TerminalError);
  const { code, message, hint } = refusal as TerminalError;
  expect(code).toBe('bad-message');
  expect(message).toMatch(value);
  expect(`${message} ${hint ?? ''}`).toMatch(wayOut);
});

test('a huge message does not come back whole in its refusal', () => {
  expect(() => parseIncoming('awo.goals.release', bytes('x'.repeat(100_000)), undefined)).toThrow(/^.{1,200}$/);
  expect(() => parseIncoming('awo.goals.release', bytes({ service: 'x'.repeat(100_000) }), undefined)).toThrow(/^.{1,700}$/);
});

test('a goal’s id follows from what makes it unique, and from nothing else', () => {
  expect(goalIdFor('msg:a1')).toBe(goalIdFor('msg:a1'));
  expect(goalIdFor('msg:a1')).not.toBe(goalIdFor('ce:a1'));
  const ids = new Set(Array.from({ length: 5000 }, (_, i) => goalIdFor(`msg:${i}`)));
  expect(ids.size).toBe(5000);
  for (const id of ids) expect(id).toMatch(/^g[0-9a-hjkmnp-tv-z]{10}$/);
});

test('an id is the same for ever: goals of last year must meet their log', () => {
  expect(goalIdFor('ce:/ci\n7')).toBe('gtyqtrq0gz2');
});

test('a requester is paired by subject, id and bytes: any other of the three is another message', () => {
  const own = intakeDigest('awo.goals.release', bytes('{}'), withHeaders({ 'Nats-Msg-Id': 'a' }));
  expect(intakeDigest('awo.goals.release', bytes('{}'), withHeaders({ 'Nats-Msg-Id': 'a', traceparent: TRACE }))).toBe(own);
  const others = [
    intakeDigest('awo.goals.test', bytes('{}'), withHeaders({ 'Nats-Msg-Id': 'a' })),
    intakeDigest('awo.goals.release', bytes('{ }'), withHeaders({ 'Nats-Msg-Id': 'a' })),
    intakeDigest('awo.goals.release', bytes('{}'), withHeaders({ 'Nats-Msg-Id': 'b' })),
    intakeDigest('awo.goals.release', bytes('{}'), withHeaders({ 'ce-id': 'a', 'ce-source': '/ci' })),
    intakeDigest('awo.goals.release', bytes('{}'), withHeaders({ 'ce-id': 'a', 'ce-source': '/another' })),
    intakeDigest('awo.goals.release', bytes('{}'), undefined),
  ];
  expect(new Set([own, ...others]).size).toBe(others.length + 1);
});
