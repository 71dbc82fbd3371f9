// Flags in config maps that make a program fail on purpose. Pure.
import { isFields, text, type Fields } from '../dig.ts';
import { finding, type Finding } from '../finding.ts';
import type { World } from '../world.ts';

const BREAKS = /fail|error|crash|leak|unreachable|overload|flood|chaos|fault|slow(?!ly)|delay|latency|high.?(cpu|load|gc)|exhaust|corrupt/i;
const ON = /^(on|true|enabled?|\d*[1-9]\d*%?)$/i;

export const flagRules = (world: World): Finding[] =>
  world.of('ConfigMap').flatMap((map) =>
    Object.values(map.data).flatMap((value) => {
      const flags = flagsIn(value);
      const on = Object.entries(flags).filter(([name, flag]) => BREAKS.test(name) && isOn(flag));
      if (on.length === 0) return [];
      const names = on.map(([name]) => name).join(', ');
      const said = world.heard.find((h) => /feature.?flag|flag enabled|fault inject/i.test(h.message) || on.some(([name]) => h.message.includes(name)));
      return [
        finding(
          map,
          'feature-flag-fault',
          said === undefined ? 'declared' : 'proven',
          `It switches on what makes a program fail: ${names}.${said ? ` ${said.message}` : ''}`,
          'Switch the flag off.',
          { victims: said === undefined ? [] : [said.by.resource] },
        ),
      ];
    }),
  );

/** {"flags": {"name": {"state", "variants", "defaultVariant"}}}, the form of OpenFeature's flagd. */
function flagsIn(value: string): Record<string, unknown> {
  if (!/"flags"/.test(value)) return {};
  try {
    const parsed: unknown = JSON.parse(value);
    return isFields(parsed) && isFields(parsed['flags']) ? parsed['flags'] : {};
  } catch {
    return {};
  }
}
function isOn(flag: unknown): boolean {
  if (!isFields(flag) || text(flag['state']) === 'DISABLED') return false;
  const variant = text(flag['defaultVariant']);
  const held: Fields = isFields(flag['variants']) ? flag['variants'] : {};
  return variant in held ? ON.test(text(held[variant])) : ON.test(variant);
}
