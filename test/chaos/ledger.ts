// The ledger of the outside world: one line per effect that took place, on disk before anybody hears of it.
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import { createHash } from 'node:crypto';

export type Effect = { at: number; key: string; fence: number; capability: string; environment: string; service: string; revision: string; by: string };

export const readLedger = (file: string): Effect[] =>
  existsSync(file)
    ? readFileSync(file, 'utf8')
        .split('\n')
        .filter((line) => line.endsWith('}'))
        .map((line) => JSON.parse(line) as Effect)
    : [];

/** How a tool behaves for a key follows from the key: a restart changes nothing. */
export function temperOf(key: string): { delayMs: number; lateEffect: boolean; busyFirst: boolean } {
  const [a = 0, b = 0, c = 0] = createHash('sha256').update(key).digest();
  const slow = a < 16;
  return { delayMs: slow ? 800 : a % 30, lateEffect: slow && b < 128, busyFirst: c < 16 };
}

export function openLedger(file: string) {
  const weights = new Map<string, string>();
  const started = new Map<string, string[]>();
  const services = new Map<string, Set<string>>();
  const asked = new Set<string>();
  const learn = ({ capability, environment, service, revision }: Effect) => {
    services.set(environment, (services.get(environment) ?? new Set()).add(service));
    const place = `${environment}/${service}`;
    if (capability === 'traffic.set') weights.set(place, revision);
    if (capability === 'rollout.start') started.set(place, [...(started.get(place) ?? []), revision]);
  };
  for (const effect of readLedger(file)) learn(effect);
  const disk = openSync(file, 'a');
  return {
    services: (environment: string) => [...(services.get(environment) ?? [])],
    weight: (environment: string, service: string) => weights.get(`${environment}/${service}`),
    started: (environment: string, service: string) => started.get(`${environment}/${service}`) ?? [],
    firstTime: (key: string): boolean => !asked.has(key) && Boolean(asked.add(key)),
    note: (effect: Effect): void => {
      writeSync(disk, `${JSON.stringify(effect)}\n`);
      fsyncSync(disk);
      learn(effect);
    },
    close: () => closeSync(disk),
  };
}
