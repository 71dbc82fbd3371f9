// Customers of the patient: so many requests a second, each with what it got.
import { get } from 'node:http';

export type Visit = { at: number; ms: number; ok: boolean };
export type Customers = { visits: Visit[]; stop: () => void };

const PATIENCE_MS = 4000;

/** `path`: what they ask for. */
export function startCustomers(address: string, perSecond = 25, path = '/'): Customers {
  const visits: Visit[] = [];
  let n = 0;
  const timer = setInterval(() => {
    const at = Date.now();
    const done = (ok: boolean) => visits.push({ at, ms: Date.now() - at, ok });
    n += 1;
    const call = get(`${address}${path}`, { agent: false, timeout: PATIENCE_MS, headers: { 'x-customer': `c${n % 200}` } }, (answer) => {
      answer.resume();
      answer.on('error', () => undefined);
      answer.on('end', () => done((answer.statusCode ?? 500) < 500));
    });
    call.on('timeout', () => call.destroy(new Error('gave up')));
    call.on('error', () => done(false));
  }, 1000 / perSecond);
  return { visits, stop: () => clearInterval(timer) };
}

/** A visit that nobody would complain of. */
export const isFine = ({ ok, ms }: Visit, usualMs: number): boolean => ok && ms < Math.max(350, 4 * usualMs);
