// Customers of whatever an environment runs: GET requests at a steady rate to every service that has an address.
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { LocalEnvironment, localFiles } from '@awo/contracts';

const TICK_MS = 20;
const MOST_UNANSWERED = 40;
const ANSWER_WITHIN_MS = 5000;

export interface Traffic {
  /** Answers below 500, per service. */
  ok(service: string): number;
  /** Answers of 500 and above, and requests without an answer. */
  failed(service: string): number;
  stop(): void;
}

type Counts = { ok: number; failed: number };

/** Starts with each service's first successful answer: before it is open, nobody knows of it. */
export function startTraffic(home: string, environment: string, { path = '/', perSecond = 60, customers = 200 } = {}): Traffic {
  const agent = new Agent({ keepAlive: true, maxSockets: MOST_UNANSWERED });
  const counts = new Map<string, Counts>();
  let [due, unanswered, customer] = [0, 0, 0];
  const ask = (service: string, port: number) => {
    const known = counts.get(service);
    unanswered++;
    const sent = request(
      { agent, port, host: '127.0.0.1', path, timeout: ANSWER_WITHIN_MS, headers: { 'x-customer': `c${++customer % customers}` } },
      (answer) => {
        answer.resume();
        answer.once('close', () => count((answer.statusCode ?? 500) < 500));
      },
    );
    const count = (ok: boolean) => {
      unanswered--;
      if (!known && ok) counts.set(service, { ok: 0, failed: 0 });
      else if (known) known[ok ? 'ok' : 'failed']++;
    };
    sent.once('timeout', () => sent.destroy(new Error('no answer in time')));
    sent.once('error', () => count(false));
    sent.end();
  };
  const timer = setInterval(() => {
    const services = open(home, environment);
    for (due += (perSecond * TICK_MS) / 1000; due >= 1; due--)
      for (const { name, port } of services) if (port !== null && unanswered < MOST_UNANSWERED) ask(name, port);
  }, TICK_MS);
  return {
    ok: (service) => counts.get(service)?.ok ?? 0,
    failed: (service) => counts.get(service)?.failed ?? 0,
    stop: () => {
      clearInterval(timer);
      agent.destroy();
    },
  };
}

function open(home: string, environment: string): LocalEnvironment['services'] {
  try {
    return LocalEnvironment.parse(JSON.parse(readFileSync(localFiles(home, environment).state, 'utf8'))).services;
  } catch {
    // The environment is not there yet.
    return [];
  }
}
