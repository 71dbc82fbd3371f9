// Signals: the forms that are understood, and which incident each belongs to.
import { parseSignal } from '@awo/contracts';
import type { Signal } from '@awo/contracts';
import { expect, test } from 'vitest';
import { decideGrouping, nearTo } from './decide-incident.ts';
import type { KnownIncident } from './decide-incident.ts';

const bytes = (body: unknown) => new TextEncoder().encode(typeof body === 'string' ? body : JSON.stringify(body));
const parse = (body: unknown) => parseSignal('awo.signal.alerts.errors', bytes(body));
const alert = { labels: { alertname: 'HighErrors', service: 'cart', env: 'staging' }, annotations: { summary: 'errors above 5 %' }, status: 'firing' };

test.each<[form: string, body: unknown, expected: object[]]>([
  ['plain JSON', { service: 'cart', symptom: 'slow' }, [{ service: 'cart', environment: 'production', symptom: 'slow', status: 'firing' }]],
  ['a CloudEvent', { specversion: '1.0', id: '1', source: 'ci', type: 'x', data: { service: 'cart', symptom: 'slow' } }, [{ service: 'cart' }]],
  ['an Alertmanager webhook', { version: '4', alerts: [alert] }, [{ service: 'cart', environment: 'staging', symptom: 'HighErrors: errors above 5 %' }]],
  [
    'its group labels',
    { commonLabels: { job: 'cart', namespace: 'live' }, alerts: [{ status: 'resolved', labels: {} }] },
    [{ service: 'cart', environment: 'live', status: 'resolved' }],
  ],
  ['several alerts', { alerts: [alert, { ...alert, labels: { ...alert.labels, service: 'web' } }] }, [{ service: 'cart' }, { service: 'web' }]],
])('%s is understood', (_form, body, expected) => {
  expect(parse(body)).toMatchObject(expected);
});

test.each<[what: string, body: unknown, said: RegExp]>([
  ['no JSON', 'cart is slow', /not JSON: "cart is slow"/],
  ['a list', [1], /not a JSON object/],
  ['no service', { symptom: 'slow' }, /"service" is missing/],
  ['a service that cannot be one', { service: 'a b', symptom: 'slow' }, /"service" is "a b"/],
  ['an alert that names no service', { alerts: [{ labels: { alertname: 'X' } }] }, /"service" is missing/],
])('%s is refused with what was expected', (_what, body, said) => {
  expect(() => parse(body)).toThrow(said);
});

const NOW = new Date('2026-05-01T12:00:00Z');
const ago = (ms: number) => new Date(NOW.getTime() - ms).toISOString();
const signal = (service: string, more: Partial<Signal> = {}): Signal => ({ environment: 'production', service, symptom: 'slow', status: 'firing', ...more });
const known = (more: Partial<KnownIncident> = {}): KnownIncident => ({
  id: 'i1',
  environment: 'production',
  service: 'cart',
  symptom: 'slow',
  openedAt: ago(120_000),
  lastAt: ago(5000),
  goal: 'g1',
  services: ['cart'],
  signals: 1,
  endedAt: null,
  repaired: false,
  ...more,
});
const fresh = { id: 'i2', goal: 'g2' };
const calls = [
  { from: 'web', to: 'cart' },
  { from: 'cart', to: 'stock' },
  { from: 'mail', to: 'queue' },
];

test.each<[what: string, heard: Signal, incidents: KnownIncident[], kind: string]>([
  ['the first one opens an incident', signal('cart'), [], 'open'],
  ['the same again joins it', signal('cart'), [known()], 'join'],
  ['what calls it joins it: one cause shows in many places', signal('web'), [known({ services: ['stock'], service: 'stock' })], 'join'],
  ['what has nothing to do with it opens another', signal('mail'), [known()], 'open'],
  ['another environment is another incident', signal('cart', { environment: 'staging' }), [known()], 'open'],
  ['long after it began, a neighbour is another incident, though it still gives signs', signal('web'), [known({ openedAt: ago(3_600_000) })], 'open'],
  ['right after it was mended it is absorbed: the repair still shows', signal('cart'), [known({ endedAt: ago(5000), repaired: true })], 'absorb'],
  ['what comes back after a repair is a new one', signal('cart'), [known({ endedAt: ago(30_000), repaired: true })], 'open'],
  ['when it comes back much later it is a new one', signal('cart'), [known({ openedAt: ago(7_200_000), endedAt: ago(3_600_000) })], 'open'],
  [
    'a service that flaps is not looked at every minute, whatever the figures',
    signal('cart', { symptom: '41 % of requests fail' }),
    [known({ endedAt: ago(90_000), symptom: '7.5 % of requests fail' })],
    'absorb',
  ],
  ['another kind of trouble right afterwards is a new one', signal('cart', { symptom: 'it does not answer' }), [known({ endedAt: ago(90_000) })], 'open'],
  ['that it is over opens nothing', signal('cart', { status: 'resolved' }), [], 'absorb'],
])('%s', (_what, heard, incidents, kind) => {
  expect(decideGrouping(heard, incidents, nearTo(heard.service, calls), NOW, fresh).kind).toBe(kind);
});

test('near is who is connected by calls, either way, and nobody else', () => {
  expect([...nearTo('cart', calls)].toSorted()).toEqual(['stock', 'web']);
  expect([...nearTo('stock', calls)].toSorted()).toEqual(['cart', 'web']);
  expect(nearTo('stock', [...calls, { from: 'stock', to: 'stock' }]).has('stock')).toBe(false);
});
