// Sends the requests of many customers to one service at a steady rate, and counts how they were answered.
import { Agent, request } from 'node:http';
import type { Random } from '../random.ts';
import { nextRequest, type ShopService } from './requests.ts';

export type Counts = { ok: number; failed: number; customersWithErrors: number };

const TICK_MS = 20;
const ANSWER_WITHIN_MS = 5_000;
/** A service that hangs is not buried under requests: real customers wait for their answer too. */
const MOST_UNANSWERED = 50;
const CUSTOMERS = 300;

export class Shopper {
  readonly #service: ShopService;
  readonly #random: Random;
  readonly #perTick: number;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: MOST_UNANSWERED });
  readonly #unlucky = new Set<number>();
  #ok = 0;
  #failed = 0;
  #unanswered = 0;
  #left = false;
  #due = 0;
  #address: string | null = null;
  #timer: NodeJS.Timeout | undefined;

  constructor(service: ShopService, requestsPerSecond: number, random: Random) {
    this.#service = service;
    this.#random = random;
    this.#perTick = (requestsPerSecond * TICK_MS) / 1000;
  }

  /** Comes in for the first time when the shop is open and the service answers at `address`; then stays, whatever happens. */
  async visit(address: string, open: boolean): Promise<void> {
    if (this.#timer === undefined && !(open && (await this.#answers(address)))) return;
    this.#address = address;
    this.#timer ??= setInterval(() => this.#tick(), TICK_MS);
  }

  leave(): void {
    this.#left = true;
    clearInterval(this.#timer);
    this.#agent.destroy();
  }

  counts(): Counts {
    return { ok: this.#ok, failed: this.#failed, customersWithErrors: this.#unlucky.size };
  }

  #tick(): void {
    this.#due += this.#perTick;
    for (; this.#due >= 1; this.#due--) {
      if (this.#unanswered < MOST_UNANSWERED) void this.#ask(this.#random.whole(1, CUSTOMERS));
    }
  }

  async #ask(customer: number): Promise<void> {
    const { method, path, body } = nextRequest(this.#service, this.#random);
    this.#unanswered++;
    const status = await this.#send(`${this.#address}${path}`, method, body, customer).catch(() => 0);
    this.#unanswered--;
    // Who leaves hangs up: that is not the shop's failure.
    if (this.#left && status === 0) return;
    if (status > 0 && status < 500) this.#ok++;
    else {
      this.#failed++;
      this.#unlucky.add(customer);
    }
  }

  #send(url: string, method: string, body: string | undefined, customer: number): Promise<number> {
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    const headers = {
      'x-customer': `c${customer}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
    };
    const sent = request(url, { method, headers, agent: this.#agent, timeout: ANSWER_WITHIN_MS }, (answer) => {
      answer.resume();
      answer.on('end', () => resolve(answer.statusCode ?? 0));
      answer.on('error', reject);
    });
    sent.on('timeout', () => sent.destroy(new Error('no answer in time')));
    sent.on('error', reject);
    sent.end(body);
    return promise;
  }

  #answers(address: string): Promise<boolean> {
    return this.#send(`${address}/health`, 'GET', undefined, 0).then(
      (status) => status === 200,
      () => false,
    );
  }
}
