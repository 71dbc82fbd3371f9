// What a description is of: who names it says it, and where nobody does nothing is said.
import { expect, test } from 'vitest';
import { describedBy, protobufNames, schemaNames } from './described.ts';

const schema = '{"title":"OrderPaid","type":"object","properties":{}}';
const by = (source: string, path = 'src/a.js') => describedBy('schemas/paid.json', schema, ['OrderPaid'], [{ path, source }]);

test.each<[who: string, source: string, path: string | undefined, as: string]>([
  ['publishes', "nc.publish('order.paid', encode(OrderPaid));", undefined, 'message'],
  ['names a topic', "await producer.run({ topic: 'order-paid', schema: OrderPaid });", undefined, 'message'],
  ['takes messages by name', "nc.subscribe('>', check(OrderPaid));", undefined, 'message'],
  ['listens by a decorator', '@KafkaListener(topics = TOPIC)\nvoid on(OrderPaid paid) {}', 'src/A.java', 'message'],
  ['serves a route', "app.post('/orders', check(OrderPaid));", undefined, 'body'],
  ['serves a route and answers with a text', "app.post('/orders', (req, res) => res.send('not-found', OrderPaid));", undefined, 'body'],
  ['watches a store', 'store.subscribe((state) => check(OrderPaid, state));', undefined, 'unknown'],
  ['only checks', 'export const check = ajv.compile(OrderPaid);', undefined, 'unknown'],
  ['does both: the message counts', "app.post('/orders', check(OrderPaid));\nnc.publish('order.paid', x);", undefined, 'message'],
  ['is an AsyncAPI', 'asyncapi: 3.0.0\n# OrderPaid\n', 'api.yaml', 'message'],
  ['is an OpenAPI', 'openapi: 3.0.0\n# OrderPaid\n', 'api.yaml', 'body'],
  ['answers remote calls with it', 'service A {\n  rpc Get (Id) returns (stream shop.OrderPaid);\n}\n', 'a.proto', 'body'],
  ['has it as a part', 'message All {\n  OrderPaid paid = 1;\n}\n', 'a.proto', 'unknown'],
])('a description that somebody names who %s', (_, source, path, as) => {
  expect(by(source, path).as).toBe(as);
});

test('who takes and sends works from its start; who only answers requests, or only takes, does not', () => {
  const sends = "nc.publish('order.paid', OrderPaid);";
  expect(by(`nc.subscribe('order.asked');\n${sends}`).from).toBe('start');
  expect([by(sends).from, by("nc.subscribe('order.paid', OrderPaid);").from]).toEqual(['traffic', 'traffic']);
});

test('a folder and a format say it where nobody does', () => {
  const as = (path: string, text = schema) => describedBy(path, text, [], []).as;
  expect([as('api/events/paid.json'), as('a/Topics/paid.json'), as('prevents/paid.json'), as('paid.avsc'), as('a.yaml', 'asyncapi: 2.6.0\n')]).toEqual([
    'message',
    'message',
    'unknown',
    'message',
    'message',
  ]);
});

test('a type of protobuf is known by those that hold it, and by the remote calls that ask or answer with one of them', async () => {
  const text =
    'syntax = "proto3";\npackage shop;\nmessage Line { int32 n = 1; }\nmessage Cart { repeated Line lines = 1; }\nmessage Other { int32 n = 1; }\nservice Carts { rpc Get (Other) returns (Cart); }\n';
  expect(await protobufNames(text, 'shop.Line.n')).toEqual({ names: ['Line', 'Cart'], rpc: true });
  expect(await protobufNames(text.replace('returns (Cart)', 'returns (Other)'), 'shop.Line.n')).toEqual({ names: ['Line', 'Cart'], rpc: false });
});

test('a schema is known by its file, and by its own name where that is nobody else’s', () => {
  expect(schemaNames('a/paid.json', schema)).toEqual(['paid.json', 'OrderPaid']);
  expect(schemaNames('a/paid.json', '{"title":"Order","$id":"https://shop.example/order-paid_v1.json"}')).toEqual(['paid.json', 'order-paid_v1']);
});
