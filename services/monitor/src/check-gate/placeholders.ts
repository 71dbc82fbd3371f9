// `${head}` and the like in a gate's arguments: values are put in as data, nothing is evaluated. Pure.
import { TerminalError } from '@awo/contracts';

export type Placeholders = Record<string, string | null>;

/** Replaces `${name}` in every string, at any depth. Throws on a name that does not exist: half a question gets a wrong answer. */
export function fillPlaceholders(value: unknown, values: Placeholders): unknown {
  if (typeof value === 'string') return fillText(value, values);
  if (Array.isArray(value)) return value.map((v) => fillPlaceholders(v, values));
  if (typeof value === 'object' && value !== null) return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, fillPlaceholders(v, values)]));
  return value;
}

function fillText(text: string, values: Placeholders): string {
  return text.replaceAll(/\$\{([^}]*)\}/g, (_, name: string) => {
    if (!Object.hasOwn(values, name)) {
      const known = Object.keys(values)
        .map((k) => `\${${k}}`)
        .join(', ');
      throw new TerminalError('bad-config', `A gate's arguments name "\${${name}}". Known: ${known}.`, 'Correct the gate in awo.yaml.');
    }
    return values[name] ?? '';
  });
}
