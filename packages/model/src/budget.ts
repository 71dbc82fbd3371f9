// What a call may still cost. Pure.
import type { Limits, Prices } from './config.ts';
import type { ModelCall } from './call-records.ts';
import type { Usage } from './source.ts';

const HOUR_MS = 3_600_000;
/** An answer that may not even have so many tokens is not worth a question. */
const SHORTEST_ANSWER = 50;

export type Allowance = { ok: true; maxTokens: number } | { ok: false; because: string };

export const costOf = (usage: Usage, prices: Prices | undefined): number | null =>
  prices ? (usage.inputTokens * prices.input + usage.outputTokens * prices.output) / 1e6 : null;

/** How long an answer may be, or why nothing is asked. `calls`: all that are recorded. A call without an answer that was counted costs what it was allowed. */
export function allowance(inputTokens: number, limits: Limits, prices: Prices | undefined, calls: readonly ModelCall[], now: number): Allowance {
  const recent = calls.filter(({ at }) => now - Date.parse(at) < HOUR_MS);
  const tokens = recent.reduce((sum, { usage }) => sum + (usage ? usage.inputTokens + usage.outputTokens : 0), 0);
  const maxTokens = Math.floor(Math.min(limits.tokensPerCall, limits.tokensPerHour - tokens) - inputTokens);
  if (maxTokens < SHORTEST_ANSWER)
    return {
      ok: false,
      because: `about ${inputTokens} tokens to ask, ${tokens} used in the last hour; allowed are ${limits.tokensPerCall} a call and ${limits.tokensPerHour} an hour`,
    };
  if (limits.usdPerHour === undefined) return { ok: true, maxTokens };
  const spent = recent.reduce((sum, { usd }) => sum + (usd ?? 0), 0);
  const worst = costOf({ inputTokens, outputTokens: maxTokens }, prices) ?? 0;
  if (spent + worst > limits.usdPerHour)
    return {
      ok: false,
      because: `$${spent.toFixed(4)} spent in the last hour, up to $${worst.toFixed(4)} more to ask; allowed are $${limits.usdPerHour} an hour`,
    };
  return { ok: true, maxTokens };
}
