// The hidden side of an industrial CI: tests with their scopes, and the faults that start and are mended in them. Pure.

type Naming = 'numbers' | 'suites' | 'parameters' | 'opaque';

/** How a system breaks and is mended. Days are those of work; probabilities are per test or per cycle. */
export type Breaking = {
  naming: Naming;
  tests: number;
  /** Tests that share a cause: a range of numbers, a suite, a parameter. */
  scopes: number;
  /** New faults per day, over all scopes; few scopes draw most of them. */
  faultsPerDay: number;
  /** Share of a scope's tests that a fault reaches. */
  reach: number;
  /** Mean life of a short-lived and of a long-lived fault, and the share of the long-lived ones. */
  mendDays: readonly [number, number];
  longLived: number;
  /** Share of tests that are out of date when they first appear, and fail until mended, after this many days in the mean. */
  obsolete: number;
  obsoleteDays: number;
  flaky: number;
  /** Share of tests that fail whenever one of two rigs runs them, which take turns. */
  rigs: number;
  branches: number;
};

export type Sut = { id: string; scopes: number[]; flake: number; rig: boolean; durationMs: number; turn: number; seen: boolean };
type Fault = { scope: number; branch: number; hits: Map<Sut, number>; mend: number };

export type World = {
  tests: Sut[];
  /** Lets days pass: faults are mended and new ones start. */
  pass: (days: number) => void;
  meet: (test: Sut) => void;
  fails: (test: Sut, branch: number) => boolean;
  /** Chance that the test fails after `days` more, by all that is true now. */
  chance: (test: Sut, branch: number, days: number) => number;
};

export function createWorld(how: Breaking, random: () => number): World {
  const below = (n: number): number => Math.floor(random() * n);
  const weights = Array.from({ length: how.scopes }, (_, i) => 1 / (i + 1));
  const order = weights.map((_, i) => i).sort(() => random() - 0.5);
  const total = weights.reduce((a, b) => a + b, 0);
  const weightOf = (scope: number): number => (weights[order[scope] ?? 0] ?? 0) / total;
  const tests = Array.from({ length: how.tests }, (_, i): Sut => {
    const { id, scopes } = named(how, i, below);
    const flake = random() < how.flaky ? 0.1 + 0.5 * random() : 0.005;
    return { id, scopes, flake, rig: random() < how.rigs, durationMs: Math.round(Math.exp(4 + 5 * random())), turn: below(2), seen: false };
  });
  const members = Array.from({ length: how.scopes }, (_, scope) => tests.filter((test) => test.scopes.includes(scope)));
  let faults: Fault[] = [];

  const start = (): void => {
    let at = random() * total;
    const rank = weights.findIndex((weight) => (at -= weight) <= 0);
    const scope = order.indexOf(Math.max(0, rank));
    const hits = new Map<Sut, number>();
    for (const test of members[scope] ?? []) if (random() < how.reach) hits.set(test, 0.75 + 0.25 * random());
    const branch = how.branches > 1 && random() < 0.7 ? below(how.branches) : -1;
    faults.push({ scope, branch, hits, mend: 1 / how.mendDays[random() < how.longLived ? 1 : 0] });
  };
  const rigFails = (test: Sut): number => (test.rig ? (test.turn % 2 === 0 ? 0.92 : 0.05) : 0);
  const chance = (test: Sut, branch: number, days: number): number => {
    let passes = (1 - test.flake) * (1 - rigFails(test));
    for (const fault of faults) if (fault.branch === -1 || fault.branch === branch) passes *= 1 - (fault.hits.get(test) ?? 0) * Math.exp(-days * fault.mend);
    for (const scope of test.scopes)
      if (days > 0) passes *= Math.exp(-0.85 * how.reach * how.faultsPerDay * weightOf(scope) * days * (how.branches > 1 ? 0.65 : 1));
    if (!test.seen && days > 0) passes *= 1 - how.obsolete;
    return 1 - passes;
  };
  return {
    tests,
    chance,
    pass(days) {
      faults = faults.filter((fault) => random() < Math.exp(-days * fault.mend));
      let due = how.faultsPerDay * days;
      for (; due >= 1 || random() < due; due -= 1) start();
    },
    meet(test) {
      if (!test.seen && random() < how.obsolete) faults.push({ scope: -1, branch: -1, hits: new Map([[test, 0.97]]), mend: 1 / how.obsoleteDays });
      test.seen = true;
    },
    fails(test, branch) {
      const failed = random() < chance(test, branch, 0);
      test.turn += 1;
      return failed;
    },
  };
}

/** An id, and the scopes that its name tells of; an opaque one tells nothing. */
function named({ naming, tests, scopes }: Breaking, i: number, below: (n: number) => number): { id: string; scopes: number[] } {
  const block = Math.floor((i * scopes) / tests);
  if (naming === 'numbers') return { id: String(10_000 + i * 3), scopes: [block] };
  if (naming === 'suites') return { id: `it/area${block % 4}/suite_${block}/Case${below(1e6)}.check`, scopes: [block] };
  if (naming === 'opaque') return { id: `${below(2 ** 30).toString(36)}${i}`, scopes: [below(scopes)] };
  // Half of the scopes are cases, half are parameters: a fault follows either.
  const half = Math.max(1, Math.floor(scopes / 2));
  const [row, column] = [i % half, Math.floor(i / half) % (scopes - half)];
  return { id: `Case${row}[profile-${column}-${Math.floor(i / (half * (scopes - half)))}]`, scopes: [row, half + column] };
}
