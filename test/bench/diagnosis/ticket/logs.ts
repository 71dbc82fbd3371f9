// Log lines of a run in the forms of several frameworks: access lines, failures with stack traces, complaints that are always there. Deterministic.
import type { Random } from '../random.ts';
import type { Event, Load } from './simulate.ts';
import type { Service, System } from './system.ts';

export type Line = { t: number; entity: string; level?: string; message: string; trace?: string };
const TEXT: Record<string, (e: Event) => string> = {
  'not-found': () => 'No matching record found in query result',
  null: () => 'Unexpected null: result of previous step is missing',
  unhandled: (e) => `Unhandled exception in request ${e.op.name}: 404 Not Found`,
  constraint: () => 'could not execute statement: constraint violation, value out of range',
  invalid: () => 'Validation failed for request: required parameter must not be null',
};
const EXCEPTION: Record<string, string> = {
  'not-found': 'NoSuchElementException',
  null: 'NullPointerException',
  unhandled: 'HttpClientErrorException$NotFound',
  constraint: 'DataIntegrityViolationException',
  timeout: 'ResourceAccessException',
  refused: 'ConnectException',
  reset: 'SocketException',
  parse: 'HttpMessageNotReadableException',
};

function said(random: Random, e: Event, named: boolean): string {
  const to = e.of === undefined ? '' : e.of.kind === 'service' ? `http://${e.of.id}:8080${e.of.ops[0]?.name.split(' ')[1] ?? '/'}` : e.of.id;
  if (e.kind === 'bad-answer')
    return named
      ? `Could not read response of ${e.of?.id ?? ''}: unexpected end of input`
      : random.pick(["Cannot read properties of undefined (reading 'price')", 'Unexpected empty result, cannot build view']);
  if (e.kind !== 'call-failed') return TEXT[e.why]?.(e) ?? e.why;
  if (e.why === 'timeout') return `I/O error on request for "${to}": Read timed out`;
  if (e.why === 'refused') return `I/O error on request for "${to}": Connection refused`;
  if (e.why === 'reset') return `I/O error on request for "${to}": ${random.pick(['Connection reset', 'connect: cannot assign requested address'])}`;
  if (e.why === '400') return `400 Bad Request on POST request for "${to}"`;
  return `${e.why === '404' ? '404 Not Found' : '500 Internal Server Error'} from ${e.of?.id ?? ''}`;
}

const dress = (random: Random, s: Service, at: number, level: string, text: string, exception: string | undefined, bare: boolean): string => {
  const iso = new Date(at).toISOString();
  const id = `${random.word(8, '0123456789abcdef')}-${random.word(4, '0123456789abcdef')}`;
  const klass = s.id.replaceAll(/(^|-)(\w)/g, (_, __, c: string) => c.toUpperCase());
  if (s.framework === 'spring') {
    const trace =
      exception === undefined
        ? ''
        : `\njava.lang.RuntimeException: ${text}\n\tat com.app.${klass}Impl.handle(${klass}Impl.java:${random.int(40, 44)})\n\tat org.springframework.web.method.InvocableHandlerMethod.doInvoke(InvocableHandlerMethod.java:205)\nCaused by: ${exception}: ${text}`;
    return bare
      ? `[handle][${text}][id: ${id}]${trace}`
      : `${iso.replace('T', ' ').replace('Z', '')} ${level.padStart(5)} 1 --- [nio-8080-exec-${random.int(1, 40)}] c.app.${klass}Impl : ${text} [id: ${id}]${trace}`;
  }
  if (s.framework === 'node')
    return JSON.stringify({
      level: level.toLowerCase(),
      time: at,
      pid: 1,
      reqId: id,
      msg: text,
      ...(exception === undefined ? {} : { stack: `Error: ${text}\n    at handler (/app/src/${s.id}.js:${random.int(20, 24)}:11)` }),
    });
  if (s.framework === 'go') return bare ? `${text} request_id=${id}` : `time="${iso}" level=${level.toLowerCase()} msg="${text}" request_id=${id}`;
  if (s.framework === 'python')
    return exception === undefined
      ? `${level}:${s.id}:${text} (${id})`
      : `${level}:${s.id}:${text} (${id})\nTraceback (most recent call last):\n  File "/app/main.py", line ${random.int(70, 74)}, in handle\nRuntimeError: ${text}`;
  if (s.framework === 'nginx')
    return level === 'INFO'
      ? `10.0.3.${random.int(2, 250)} - - [${iso}] "${text}" 200 ${random.int(200, 9000)} ${(random.next() / 5).toFixed(3)}`
      : `${iso} [${level.toLowerCase()}] 31#31: *${random.int(1, 99_999)} ${text}, client: 10.0.3.${random.int(2, 250)}`;
  return `${iso} ${random.int(1, 400)} [${level === 'INFO' ? 'Note' : level}] ${text}`;
};

export function logsOf(
  random: Random,
  system: System,
  load: Load,
  events: readonly Event[],
  offsets: ReadonlyMap<string, number>,
  look: { levels: boolean; named: boolean; byPod: boolean },
): Line[] {
  const lines: Line[] = [];
  const write = (s: Service, at: number, level: string, text: string, trace?: string, exception?: string): void => {
    const t = at + (offsets.get(s.node) ?? 0);
    lines.push({
      t,
      entity: look.byPod ? random.pick(s.pods) : s.id,
      message: dress(random, s, t, level, text, exception, look.levels),
      ...(look.levels ? { level } : {}),
      ...(trace === undefined || s.framework === 'nginx' ? {} : { trace }),
    });
  };
  const oks = events.filter((e) => e.kind === 'ok').length;
  const bad = events.length - oks;
  const silent = new Set(system.services.filter((s) => s.kind === 'cache' || s.kind === 'queue' || s.kind === 'database'));
  for (const e of events) {
    if (silent.has(e.service)) continue;
    if (e.kind === 'ok') {
      if (random.chance(Math.min(1, 12_000 / Math.max(1, oks))))
        write(
          e.service,
          e.at,
          'INFO',
          random.chance(0.5) || e.service.framework === 'nginx' ? e.op.name : `query result size ${random.int(0, 40)} for user ${random.word(6, '0123456789')}`,
          e.trace,
        );
    } else if (random.chance(Math.min(1, 15_000 / Math.max(1, bad))))
      write(
        e.service,
        e.at,
        e.kind === 'rejected' ? 'WARN' : 'ERROR',
        said(random, e, look.named),
        e.trace,
        e.kind === 'rejected' ? undefined : (EXCEPTION[e.kind === 'bad-answer' ? 'parse' : e.why] ?? 'HttpServerErrorException'),
      );
  }
  const end = load.fromMs + load.seconds * 1000;
  for (const s of system.services) {
    const grumble = random.pick([
      'Failed to refresh feature flags, using defaults',
      'Connection is not authenticated, retrying with token',
      'error exporting telemetry: context deadline exceeded',
      'Aborted connection 17 to db: unconnected user: app',
    ]);
    for (let at = load.fromMs; s.grumbles > 0 && at < end; at += (60_000 / s.grumbles) * (0.5 + random.next()))
      write(s, at, random.pick(['ERROR', 'ERROR', 'WARN']), grumble);
    for (const c of load.cold.get(s) ?? [])
      for (const text of ['Starting application', 'Started in 14.3 seconds']) write(s, load.fromMs + c * 1000, 'INFO', text);
  }
  return lines.toSorted((a, b) => a.t - b.t);
}
