// The AsyncAPI 3 document of the bus, made from the channels. Pure.
import { z } from 'zod';
import { CHANNELS, PARAMETERS } from './channels.ts';
import type { Channel } from './channels.ts';

type Json = Record<string, unknown>;

/** Draft 7 without references, as AsyncAPI's own schema format is a superset of it. */
function jsonSchema(schema: z.ZodType): Json {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { target: 'draft-7', io: 'input', reused: 'inline' });
  return rest;
}

const ref = (path: string): Json => ({ $ref: `#/${path}` });
export const parametersOf = (address: string): string[] => [...address.matchAll(/\{([a-z]+)\}/g)].map(([, name = '']) => name);

function messagesOf(channel: Channel): Record<string, Json> {
  const message = {
    contentType: 'application/json',
    payload: jsonSchema(channel.message),
    ...(channel.headers ? { headers: jsonSchema(channel.headers) } : {}),
  };
  const reply = channel.reply ? { [`${channel.id}-reply`]: { contentType: 'application/json', payload: jsonSchema(channel.reply) } } : {};
  return { [channel.id]: message, ...reply };
}

function channelOf({ id, address, description, stream }: Channel): Json {
  const names = parametersOf(address);
  return {
    address,
    description,
    ...(names.length > 0 ? { parameters: Object.fromEntries(names.map((name) => [name, { description: PARAMETERS[name] }])) } : {}),
    messages: { [id]: ref(`components/messages/${id}`) },
    'x-stream': stream,
  };
}

/** From the sender's side: `send` is what a client of the bus does. */
function operationOf({ id, reply, sentBy, receivedBy }: Channel): Json {
  return {
    action: 'send',
    channel: ref(`channels/${id}`),
    messages: [ref(`channels/${id}/messages/${id}`)],
    description: `From: ${sentBy}. To: ${receivedBy}.`,
    ...(reply ? { reply: { channel: ref(`channels/${id}-reply`), messages: [ref(`channels/${id}-reply/messages/${id}-reply`)] } } : {}),
  };
}

/** A reply goes to an inbox that the request names, so its channel has no address of its own. */
function replyChannelOf({ id }: Channel): Json {
  return { address: null, messages: { [`${id}-reply`]: ref(`components/messages/${id}-reply`) } };
}

export function asyncapiDocument(version: string): Json {
  const withReply = CHANNELS.filter((channel) => channel.reply);
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Agentic Workflow Orchestrator: the bus',
      version,
      description: 'Every subject, what travels on it, and who may say it. Streams and permissions: deploy/nats/bus.yaml.',
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
    },
    defaultContentType: 'application/json',
    servers: {
      local: {
        host: '127.0.0.1:4222',
        protocol: 'nats',
        description: 'The usual address of a local installation; the present one stands as natsUrl in AWO_HOME/installation.json.',
        security: [ref('components/securitySchemes/nkey')],
      },
    },
    channels: Object.fromEntries([
      ...CHANNELS.map((channel): [string, Json] => [channel.id, channelOf(channel)]),
      ...withReply.map((channel): [string, Json] => [`${channel.id}-reply`, replyChannelOf(channel)]),
    ]),
    operations: Object.fromEntries(CHANNELS.map((channel) => [channel.id, operationOf(channel)])),
    components: {
      messages: Object.assign({}, ...CHANNELS.map(messagesOf)) as Json,
      securitySchemes: {
        nkey: { type: 'asymmetricEncryption', description: 'An nkey per user; the seeds of a local installation are AWO_HOME/keys/USER.nk.' },
      },
    },
  };
}
