// Which model is asked, where, and how much it may cost: read from the environment, checked before anything is sent.
import { isIPv4 } from 'node:net';
import { TerminalError } from '@awo/contracts';
import { z } from 'zod';

export type Limits = {
  /** Input and output together, for one call. */
  tokensPerCall: number;
  /** For all calls of the last hour. */
  tokensPerHour: number;
  /** US dollars for all calls of the last hour; undefined: not limited, because no prices are known. */
  usdPerHour: number | undefined;
  msPerCall: number;
};
/** US dollars for a million tokens. */
export type Prices = { input: number; output: number };
export type ModelConfig = { model: string; url: string; key: string; limits: Limits; prices: Prices | undefined };

const positive = z.coerce.number().positive();
const Settings = z.object({
  AWO_MODEL: z.string().min(1),
  AWO_MODEL_URL: z.url({ protocol: /^https?$/ }).default('https://api.openai.com/v1'),
  AWO_MODEL_KEY: z.string().optional(),
  AWO_MODEL_TOKENS_PER_CALL: positive.default(8000),
  AWO_MODEL_TOKENS_PER_HOUR: positive.default(100_000),
  AWO_MODEL_MS_PER_CALL: positive.default(20_000),
  AWO_MODEL_USD_PER_HOUR: positive.optional(),
  AWO_MODEL_PRICES: z
    .string()
    .regex(/^\d+(\.\d+)?,\d+(\.\d+)?$/, 'expected two prices for a million tokens, of input and output: 0.15,0.60')
    .optional(),
});

/** Undefined where AWO_MODEL names none. Throws TerminalError `bad-config` with the variable, what it is and what is expected; never with a key. */
export function readModelConfig(env: Readonly<Record<string, string | undefined>>): ModelConfig | undefined {
  if (!env['AWO_MODEL']) return undefined;
  const given = Object.fromEntries(Object.entries(env).filter(([name, value]) => name.startsWith('AWO_MODEL') && value !== ''));
  const read = Settings.safeParse(given);
  if (!read.success) {
    const [issue] = read.error.issues;
    const name = String(issue?.path[0]);
    throw new TerminalError('bad-config', `${name}=${name === 'AWO_MODEL_KEY' ? '...' : given[name]} cannot be used: ${issue?.message}.`);
  }
  const { data } = read;
  const key = data.AWO_MODEL_KEY ?? env['OPENAI_API_KEY'] ?? '';
  const { protocol, hostname } = new URL(data.AWO_MODEL_URL);
  if (protocol === 'http:' && key && !isLoopback(hostname))
    throw new TerminalError('bad-config', `AWO_MODEL_URL=${data.AWO_MODEL_URL} would send the key in the clear.`, 'Use https, or a server on this machine.');
  const prices = data.AWO_MODEL_PRICES?.split(',').map(Number);
  if (data.AWO_MODEL_USD_PER_HOUR && !prices)
    throw new TerminalError('bad-config', 'AWO_MODEL_USD_PER_HOUR limits what is not known.', 'Give AWO_MODEL_PRICES as well: 0.15,0.60');
  return {
    model: data.AWO_MODEL,
    url: data.AWO_MODEL_URL,
    key,
    limits: {
      tokensPerCall: data.AWO_MODEL_TOKENS_PER_CALL,
      tokensPerHour: data.AWO_MODEL_TOKENS_PER_HOUR,
      usdPerHour: data.AWO_MODEL_USD_PER_HOUR,
      msPerCall: data.AWO_MODEL_MS_PER_CALL,
    },
    prices: prices && { input: prices[0] ?? 0, output: prices[1] ?? 0 },
  };
}

const isLoopback = (hostname: string): boolean => hostname === 'localhost' || hostname === '[::1]' || (isIPv4(hostname) && hostname.startsWith('127.'));
