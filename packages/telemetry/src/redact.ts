// Takes secrets out of text before it leaves its process or the machine. What is taken out is marked, so that a reader knows that something stood there. Pure.

/** Where a whole match is secret. */
const SHAPES: readonly RegExp[] = [
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
  /\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g,
  /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/g,
  /\bgh[pousr]_\w{20,}/g,
  /\bgithub_pat_\w{20,}/g,
  /\bglpat-[\w-]{16,}/g,
  /\bsk-[\w-]{16,}/g,
  /\bxox[abprs]-[\w-]{10,}/g,
  /\bAIza[\w-]{30,}/g,
  /\bS[UOANC][A-Z2-7]{54,}\b/g,
];
/** Where a name says that what follows it is. The name stays: it may be what matters. */
const NAMED: readonly RegExp[] = [
  /((?:pass(?:word|wd|phrase)?|secret|token|api[-_ ]?key|access[-_]?key|private[-_]?key|credential|session[-_]?id)[\w-]*["']?\s*[:=]\s*)("[^"\n]*"|'[^'\n]*'|[^\s,;&"'}]+)/gi,
  /((?:authorization|proxy-authorization|cookie|set-cookie|x-api-key)["']?\s*[:=]\s*)([^\n"]+)/gi,
  /(\b(?:bearer|basic)\s+)([\w.~+/=-]{8,})/gi,
  /(:\/\/[^\s:/@]*:)([^\s/]+)(?=@)/g,
  // As drivers of Go write them.
  /(\b[\w.-]+:)([^\s@/]+)(?=@(?:tcp|unix)\()/g,
];
/** An environment's variable of such a name holds a secret, whatever it looks like. */
const SECRET_NAME = /KEY|TOKEN|SECRET|PASSW|CREDENTIAL/i;
const SHORTEST = 6;
/** Stands where a secret stood. */
export const REDACTED = '[redacted]';

/** `env`: the values of its secrets are taken out wherever they stand. */
export function redact(text: string, env: Readonly<Record<string, string | undefined>> = {}): { text: string; removed: number } {
  let removed = 0;
  const mark = (): string => {
    removed += 1;
    return REDACTED;
  };
  let clean = text;
  const known = Object.entries(env).flatMap(([name, value]) => (SECRET_NAME.test(name) && value && value.length >= SHORTEST ? [value] : []));
  // The longest first: one may be part of another.
  for (const value of known.toSorted((a, b) => b.length - a.length)) clean = clean.replaceAll(value, mark);
  // As many lines as before: who counts lines goes on to.
  for (const shape of SHAPES) clean = clean.replace(shape, (whole) => mark() + '\n'.repeat(whole.split('\n').length - 1));
  for (const named of NAMED) clean = clean.replace(named, (whole, name: string, value: string) => (value.includes(REDACTED) ? whole : `${name}${mark()}`));
  return { text: clean, removed };
}
