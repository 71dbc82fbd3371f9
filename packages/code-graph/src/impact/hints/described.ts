// What a description is of, by who names it: the detectors of subjects and routes say what those files do. Pure.
import type { Described } from '@awo/contracts';
import { escaped, firstLine, withoutComments } from '../implicit/detector.ts';
import { CODE } from '../implicit/rpc.ts';
import { route } from '../implicit/route.ts';
import { subject, takesMessages } from '../implicit/subject.ts';
import { protobufTypes } from './broken-protobuf.ts';

/** A file that names the description, or imports one that does. */
export type User = { path: string; source: string };
type Said = { as: 'message' | 'body'; because: string; takes: boolean; sends: boolean };

const FOLDER = /(^|\/)(async-?api|events?|messages?|messaging|topics?|subjects?|queues?|streams?|kafka|nats|rabbitmq|pulsar|sqs|sns|pubsub)\//i;
const SPECIFIC = /[.:/_-]/;
/** What answers a request sends a text, not to a subject. */
const ANSWERS = /\b(?:res|resp|response|reply|ctx)\b[^;]*\.send\(/;

/** `names`: by which the description is known. Who sends a message counts before who answers a request: one description may be of both. */
export function describedBy(path: string, text: string, names: readonly string[], users: readonly User[]): Described {
  const said = users.flatMap((user) => saidBy(user, names) ?? []);
  const sends = said.find(({ as }) => as === 'message');
  // Who takes messages works from its start, whatever its share of the traffic.
  const from = said.some((one) => one.sends && one.takes) ? 'start' : 'traffic';
  const message = (because: string): Described => ({ as: 'message', because: because.slice(0, 200), from });
  if (path.endsWith('.avsc')) return message('Avro describes messages and records that are kept');
  if (/["']?asyncapi["']?\s*:/.test(text)) return message('AsyncAPI describes messages');
  if (sends) return message(sends.because);
  const folder = FOLDER.exec(path)?.[2];
  if (folder !== undefined) return message(`it lies in a folder that is called ${folder}`);
  const [body] = said;
  if (body) return { as: 'body', because: body.because.slice(0, 200), from };
  return { as: 'unknown', because: 'nobody who knows it publishes to a subject or serves a route', from };
}

function saidBy({ path, source }: User, names: readonly string[]): Said | null {
  const plain = { takes: false, sends: false };
  if (/\.(ya?ml|json)$/.test(path)) {
    if (/^\s*["']?asyncapi["']?\s*:/m.test(source)) return { as: 'message', because: `${path} describes it as a message`, ...plain };
    return /^\s*["']?(openapi|swagger)["']?\s*:/m.test(source) ? { as: 'body', because: `${path} describes it as a body`, ...plain } : null;
  }
  if (path.endsWith('.proto')) {
    const of = firstLine(source, new RegExp(`\\brpc\\s+\\w+[^;{]*\\(\\s*(?:stream\\s+)?(?:\\w+\\.)*(?:${names.map(escaped).join('|')})\\s*\\)`));
    return of && { as: 'body', because: `${path}:${of.line} asks or answers with it`, ...plain };
  }
  if (!CODE.test(path)) return null;
  const sent = subject.signals(source, path).find(({ name, text }) => SPECIFIC.test(name) && !ANSWERS.test(text));
  const takes = takesMessages(withoutComments(source));
  if (sent) return { as: 'message', because: `${path}:${sent.line} sends ${sent.name}, and knows it`, takes, sends: true };
  if (takes) return { as: 'message', because: `${path} takes messages, and knows it`, takes, sends: false };
  const [served] = route.signals(source, path);
  return served ? { as: 'body', because: `${path}:${served.line} serves ${served.name}, and knows it`, ...plain } : null;
}

/** The message type that an element is of, and those of its file that hold it; whether a remote call asks or answers with one of them. */
export async function protobufNames(text: string, element: string): Promise<{ names: string[]; rpc: boolean }> {
  const types = await protobufTypes(text);
  const last = (name: string): string => name.slice(name.lastIndexOf('.') + 1);
  const own =
    [...(types?.keys() ?? [])].filter((name) => element === name || element.startsWith(`${name}.`)).toSorted((a, b) => b.length - a.length)[0] ?? element;
  const names = new Set([last(own)]);
  for (let size = 0; size < names.size;) {
    size = names.size;
    for (const [name, type] of types ?? [])
      if ('fieldsArray' in type && (type.fieldsArray as { type: string }[]).some((field) => names.has(last(field.type)))) names.add(last(name));
  }
  const methods = [...(types?.values() ?? [])].flatMap((type) =>
    'methodsArray' in type ? (type.methodsArray as { requestType: string; responseType: string }[]) : [],
  );
  return { names: [...names], rpc: methods.some((one) => names.has(last(one.requestType)) || names.has(last(one.responseType))) };
}

/** By which code knows a description in JSON: its file, and the names that it gives itself where they are nobody else's. */
export function schemaNames(path: string, text: string): string[] {
  const own = [...text.matchAll(/["']?(?:title|\$id|name)["']?\s*:\s*["']?([\w./:-]+)/g)]
    .slice(0, 3)
    .map((match) => (match[1] ?? '').replace(/(\.schema)?\.json$/, '').replace(/^.*[/.:]/, ''));
  return [...new Set([path.slice(path.lastIndexOf('/') + 1), ...own.filter((name) => /[a-z0-9](_|-|[A-Z])[a-z0-9]/.test(name))])];
}
