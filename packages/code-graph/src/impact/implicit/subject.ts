// Subjects, topics and queues: who publishes and who consumes the same name. Pure.
import { type Detector, escaped, firstLine, type Signal, signalsOf, withoutComments } from './detector.ts';

const PUBLISH =
  /(?:publish|emit|send|produce|enqueue|dispatch|xadd|lpush|rpush|broadcast|basic_publish|sendToQueue|add_job|trigger|delay|apply_async|request)\w*\s*(?:<[^>]*>)?\(\s*(?:[\w.]+,\s*)?["'`]([\w.:/*>${}-]{3,120})["'`]/gi;
const NAMED =
  /\b(?:topic|subject|queue|queue_name|queueName|channel|stream|routing_?key|routingKey|exchange|event_?type|eventType|eventName)["']?\s*[:=]\s*["'`]([\w.:/*>-]{3,120})["'`]/gi;
/** An exchange or a context before it: the last that is put together of several words, and is no type of content. */
const ROUTED =
  /(?:publish|basic_publish|BasicPublish|convertAndSend|PublishWithContext|PublishAsync)\w*\((?:[^;\n"'`]|["'`][\w-]*["'`]){0,160}?,\s*["'`]([\w-]+(?:[.:][\w-]+)+|[\w]+(?:-\w+)+)["'`]\s*[,)]/g;
/** A queue that only the environment knows: both ends say the variable. */
const BY_ENVIRONMENT =
  /(?:env(?:iron)?(?:\.get)?|getenv|Getenv|ENV(?:\.fetch)?|GetEnvironmentVariable)\s*(?:\.|[[(]\s*["'])([A-Z][A-Z0-9_]*(?:QUEUE|TOPIC|SUBJECT|EXCHANGE|STREAM|CHANNEL)[A-Z0-9_]*)/g;
const NODE_EVENTS =
  /^(data|error|end|close|message|open|connect|disconnect|connection|click|change|input|submit|exit|finish|drain|ready|listening|load|abort|SIG\w+|uncaughtException|request|response|upgrade)$/;
const CONSUME =
  /subscribe|consume|\bon\(|addListener|listen|process|receive|xread|blpop|brpop|handler|worker|queue|topic|subject|channel|KafkaListener|RabbitListener|\.on\b|filter_?subject/i;

/** A call or a decorator that takes messages by the name of a subject, topic or queue; who subscribes to a store hands over a function. */
const TAKES =
  /[sS]ubscribe\w*\s*(?:<[^>]*>)?\(\s*(?:["'`[]|[A-Z][A-Z_]{2,}|\{\s*(?:topics?|subjects?|queues?)\b)|\b(?:consume|basic_consume)\(\s*(?:["'`]|[A-Z][A-Z_]{2,}|queue)|\b(?:xread|xReadGroup|xreadgroup|blpop|brpop|KafkaListener|RabbitListener|SqsListener|JmsListener|EventPattern|MessagePattern)\w*\(/;
export const takesMessages = (text: string): boolean => TAKES.test(text);

const pick = (match: RegExpExecArray): string | undefined => (NODE_EVENTS.test(match[1] ?? '') || /^\/|^https?:/.test(match[1] ?? '') ? undefined : match[1]);

export const subject: Detector = {
  kind: 'subject',
  signals(source): Signal[] {
    const text = withoutComments(source);
    return [...signalsOf(text, PUBLISH, pick), ...signalsOf(text, NAMED, pick), ...signalsOf(text, ROUTED, pick), ...signalsOf(text, BY_ENVIRONMENT, pick)];
  },
  // The first part: wildcards of the other side stand further behind.
  needle(name) {
    const [first = '', ...rest] = name.split(/\$\{|[*>]/)[0]?.split(/[.:/]/) ?? [];
    return [first, ...rest].find((part) => part.length >= 3) ?? null;
  },
  answer(name, { source, sameUnit }) {
    const parts = name.split('.');
    // `orders.*` and `orders.>` of the other side cover `orders.created`.
    const wild = parts.map((_, i) => [`${parts.slice(0, i).concat('>').join('.')}`, `${[...parts.slice(0, i), '*', ...parts.slice(i + 1)].join('.')}`]).flat();
    const literals = [name.replaceAll(/\$\{[^}]*\}/g, '*'), ...(parts.length > 1 ? wild : [])].map(escaped).join('|');
    const text = withoutComments(source);
    const found = firstLine(text, new RegExp(`["'\`](?:${literals})["'\`]|\\benv\\.(?:${literals})\\b|^\\s*-?\\s*(?:\\w+:\\s*)?(?:${literals})\\s*$`, 'm'));
    if (!found) return null;
    const separated = /[.:/_-]/.test(name);
    const consumes = CONSUME.test(found.text);
    if (!separated && !consumes) return null;
    return { line: found.line, confidence: (consumes ? 0.8 : 0.5) * (sameUnit && !consumes ? 0.6 : 1), text: `${consumes ? 'consumes' : 'names'} ${name}` };
  },
  additionsMatter: true,
  blocks: true,
};
