// Where the facts come from: budgets, forecasts, freezes, the chance of a defect, the trend of health.
import { FreezeWindow } from '@awo/contracts';
import { describe, expect, test } from 'vitest';
import { burnOf } from './burn.ts';
import { defectChance } from './defect-chance.ts';
import type { PastReleases } from './facts.ts';
import { steady, NOON } from './facts.fixture.ts';
import { forecastOf, usualRps } from './forecast.ts';
import { frozenAt } from './freeze.ts';
import { healthTrend } from './health-trend.ts';

describe('the error budget', () => {
  test('burns at errors over budget, in every window of which half is known', () => {
    expect(burnOf(steady(120, 0, 100, 0.002), 0.001).rates).toEqual({ '5m': 2, '30m': 2, '1h': 2, '6h': null, '1d': null, '3d': null });
  });

  test.each<[what: string, minutes: number, hours: number, ratio: number, severity: string | undefined]>([
    ['20 times over an hour calls a person', 60, 0, 0.02, 'page'],
    ['8 times over six hours as well', 360, 6, 0.008, 'page'],
    ['twice over three days is a ticket', 360, 72, 0.002, 'ticket'],
    ['8 times over an hour is nothing yet', 60, 0, 0.008, undefined],
    ['20 times over two minutes is not an hour', 2, 0, 0.02, undefined],
  ])('%s', (_what, minutes, hours, ratio, severity) => expect(burnOf(steady(minutes, hours, 10, ratio), 0.001).alert?.severity).toBe(severity));

  test('that has ended burning calls nobody: the short window has forgotten it', () => {
    const past = steady(60, 0, 10, 0.05);
    past.minutes.splice(-6, 6, ...Array.from({ length: 6 }, () => [600, 0] as [number, number]));
    expect(burnOf(past, 0.001).alert).toBeNull();
  });

  test('of the period is what four weeks of this traffic allow, less what was spent', () => {
    expect(burnOf(steady(0, 336, 10, 0.001), 0.001).periodLeft).toBeCloseTo(36 * 672 - 36 * 336, 6);
    expect(burnOf(steady(0, 336, 10, 0.01), 0.001).periodLeft).toBeLessThan(0);
    expect(burnOf(null, 0.001).periodLeft).toBeNull();
  });
});

describe('the forecast', () => {
  const daily = (hour: number): number => 100 + 80 * Math.sin((2 * Math.PI * hour) / 24);
  const hours = Array.from({ length: 96 }, (_, h) => [Math.round(3600 * daily(h)), 0] as [number, number]);

  test('knows the time of day where two days are known', () => {
    for (const h of [72, 78, 84, 90]) {
      const forecast = forecastOf({ at: NOON, minutes: [], hours: hours.slice(0, h) }, daily(h - 1));
      expect(forecast.method).toBe('season-and-trend');
      expect(Math.abs((forecast.rps ?? 0) - daily(h)) / daily(h)).toBeLessThan(0.1);
    }
  });

  test('follows a trend where minutes are known, which fades', () => {
    const minutes = Array.from({ length: 40 }, (_, m) => [60 * (50 + m), 0] as [number, number]);
    const forecast = forecastOf({ at: NOON, minutes, hours: [] }, 89);
    expect(forecast.method).toBe('trend');
    expect(forecast.rps).toBeGreaterThan(89);
    expect(forecast.rps).toBeLessThan(89 + 30);
  });

  test.each([
    ['nothing was counted', null, 'Nobody counted'],
    ['a few minutes are known', steady(5, 0, 10, 0), '5 minutes are known'],
    ['the past knows nothing of what happens now', steady(60, 0, 1000, 0), 'more than 5 times off'],
  ] as const)('is what is measured now where %s', (_what, past, because) => {
    expect(forecastOf(past, 10)).toMatchObject({ rps: 10, method: 'now', because: expect.stringContaining(because) });
  });
});

describe('a forecast that is more than 5 times off the present', () => {
  const past = (rps: number) => steady(60, 0, rps, 0);

  test.each([
    ['no request came in a second', 2, 0, 1],
    ['no request came in two seconds', 2, 0, 2],
    ['one came in five seconds', 2, 1, 5],
    ['three came in a second', 0.5, 3, 1],
  ])('is believed where %s: chance brings that', (_what, rps, count, seconds) => {
    const forecast = forecastOf(past(rps), count / seconds, seconds);
    expect(forecast).toMatchObject({ method: 'trend', because: expect.stringContaining('can be chance') });
    expect(forecast.rps).toBeCloseTo(rps);
  });

  test.each([
    ['no request came in a second', 8, 0, 1],
    ['no request came in ten', 2, 0, 10],
    ['sixty came in a second', 2, 60, 1],
    ['any came where nobody has come for long', 0, 1, 1],
  ])('is not believed where %s: that is no chance', (_what, rps, count, seconds) => {
    expect(forecastOf(past(rps), count / seconds, seconds)).toMatchObject({
      rps: count / seconds,
      method: 'now',
      because: expect.stringContaining('are no chance'),
    });
  });

  test('is not believed where it is not known how long was counted, as older versions decided', () => {
    const because = '60 minutes, damped trend say 2 requests/s, more than 5 times off what is measured now.';
    expect(forecastOf(past(2), 0)).toEqual({ rps: 0, low: null, high: null, method: 'now', because });
  });

  test('is taken for wrong in fewer than 1 of 1000 looks at a steady service: the bound is never below the chance itself', () => {
    for (const mean of [0.5, 2, 6, 7, 10, 40]) {
      const poisson = Array.from({ length: 200 }, (_, k) => Math.exp(k * Math.log(mean) - mean - logFactorial(k)));
      const wrong = poisson.filter((_, count) => forecastOf(past(mean), count, 1).method === 'now').reduce((sum, p) => sum + p, 0);
      expect(wrong).toBeLessThan(1 / 1000);
    }
  });
});

const logFactorial = (k: number): number => (k < 2 ? 0 : Math.log(k) + logFactorial(k - 1));

describe('what is usual', () => {
  test('is the mean of the last hour where customers stayed away for its last minutes: a trend would say that nobody comes anyway', () => {
    const past = steady(360, 0, 10, 0);
    past.minutes.fill([0, 0], -15);
    expect(forecastOf(past, null).rps).toBeLessThan(0.1);
    expect(usualRps(past)).toBeCloseTo(7.5);
  });

  test('is nothing once an hour has been silent', () => {
    const past = steady(360, 0, 10, 0);
    past.minutes.fill([0, 0], -60);
    expect(usualRps(past)).toBe(0);
  });

  test('is the time of day where two days are known', () => {
    const hours = Array.from({ length: 96 }, (_, h) => [h % 24 < 12 ? 0 : 36_000, 0] as [number, number]);
    expect(usualRps({ at: NOON, minutes: steady(60, 0, 10, 0).minutes, hours })).toBeLessThan(0.5);
    expect(usualRps({ at: NOON, minutes: [], hours: hours.slice(0, 84) })).toBeGreaterThan(9);
  });

  test('is no five requests of a first minute, as somebody tried it out', () => {
    expect(usualRps({ at: NOON, minutes: [null, [5, 0]], hours: [] })).toBeCloseTo(5 / 1200);
    expect(usualRps({ at: NOON, minutes: [], hours: [] })).toBeNull();
  });
});

describe('a freeze', () => {
  const of = (from: string, to: string, zone = 'UTC') => [FreezeWindow.parse({ from, to, zone, reason: 'quiet' })];
  test.each<[from: string, to: string, zone: string, at: string, endsAt: string | null]>([
    ['fri 16:00', 'mon 08:00', 'UTC', '2026-10-16T15:59:00Z', null],
    ['fri 16:00', 'mon 08:00', 'UTC', '2026-10-16T16:00:00Z', '2026-10-19T08:00:00.000Z'],
    ['fri 16:00', 'mon 08:00', 'UTC', '2026-10-19T08:00:00Z', null],
    ['fri 16:00', 'mon 08:00', 'Europe/Berlin', '2026-10-16T14:30:00Z', '2026-10-19T06:00:00.000Z'],
    // Summer time ends on the Sunday in between: the same wall clock an hour later.
    ['fri 16:00', 'mon 08:00', 'Europe/Berlin', '2026-10-24T12:00:00Z', '2026-10-26T07:00:00.000Z'],
    ['22:00', '06:00', 'America/New_York', '2026-10-14T03:00:00Z', '2026-10-14T10:00:00.000Z'],
    ['22:00', '06:00', 'America/New_York', '2026-10-14T12:00:00Z', null],
    ['09:00', '17:00', 'Asia/Kolkata', '2026-10-14T04:00:00Z', '2026-10-14T11:30:00.000Z'],
    ['2026-12-20', '2027-01-02 08:00', 'Europe/Berlin', '2026-12-19T23:30:00Z', '2027-01-02T07:00:00.000Z'],
    ['2026-12-20', '2027-01-02 08:00', 'Europe/Berlin', '2026-12-19T22:30:00Z', null],
  ])('from %s to %s in %s at %s ends %s', (from, to, zone, at, endsAt) => expect(frozenAt(of(from, to, zone), at)?.endsAt ?? null).toBe(endsAt));

  test('of two the one that ends last counts', () => {
    const windows = [...of('wed 11:00', 'wed 13:00'), ...of('wed 10:00', 'wed 18:00')];
    expect(frozenAt(windows, NOON)?.endsAt).toBe('2026-10-14T18:00:00.000Z');
  });

  test.each([
    [{ from: 'friday', to: 'mon 08:00', reason: 'x' }, 'from'],
    [{ from: 'fri 16:00', to: '08:00', reason: 'x' }, 'to'],
    [{ from: '2026-12-20', to: '2026-12-19', reason: 'x' }, 'to'],
    [{ from: '18:00', to: '08:00', zone: 'Berlin', reason: 'x' }, 'zone'],
  ])('that nobody could mean is refused: %j', (window, field) => {
    expect(FreezeWindow.safeParse(window).error?.issues[0]?.path).toEqual([field]);
  });
});

describe('the chance of a defect', () => {
  const seen = (service: string, releases: number, defects: number): PastReleases => ({ service, risk: 'medium', releases, defects });

  test('is the prior where nothing was released yet', () => expect(defectChance([], 'cart', 'medium').chance).toBe(0.05));

  test('goes to what was seen, and the service to its own', () => {
    const history = [seen('cart', 40, 0), seen('web', 40, 20)];
    const [cart, web, other] = ['cart', 'web', 'search'].map((s) => defectChance(history, s, 'medium').chance);
    expect(cart).toBeLessThan(0.15);
    expect(web).toBeGreaterThan(0.3);
    expect(other).toBeCloseTo((20 * 0.05 + 20) / 100, 5);
  });

  test('of another class of risk is not learnt from it', () => expect(defectChance([seen('cart', 100, 100)], 'cart', 'low').chance).toBe(0.005));
});

test.each([
  ['worsening', 0.05, 0.001],
  ['improving', 0, 0.05],
  ['steady', 0.01, 0.01],
] as const)('health is %s where %d of the last minutes failed and %d of the hour before', (trend, recent, before) => {
  const past = { ...steady(60, 0, 50, before), minutes: [...steady(60, 0, 50, before).minutes, ...steady(5, 0, 50, recent).minutes] };
  expect(healthTrend(past)).toBe(trend);
  expect(healthTrend(null)).toBe('unknown');
});
