// Each service is compared with the revision it runs itself.
import { describe, expect, test } from 'vitest';
import type { ImpactedFile, TouchedUnit, Reach } from '@awo/contracts';
import { basesOf, mergeReaches } from './running-reach.ts';

const sha = (digit: string) => digit.repeat(40);
const file = (path: string, unit: string | null): ImpactedFile => ({
  path,
  status: 'modified',
  kind: 'code',
  unit,
  addedLines: 1,
  deletedLines: 0,
  semantic: 'file',
  symbols: [],
});
const unit = (id: string, from: string): TouchedUnit => ({
  id,
  kind: 'npm',
  change: 'direct',
  fileKinds: ['code'],
  risk: 'low',
  reasons: [{ kind: 'changed-file', from, to: id, at: `${from}:1`, confidence: 1, text: 'changed' }],
});
const reach = (base: string | null, files: ImpactedFile[], units: TouchedUnit[]): Reach => ({
  base,
  head: sha('f'),
  files,
  filesTotal: files.length,
  units,
  strategy: { kind: 'full', because: 'test' },
  fallback: null,
  dead: [],
  graph: { files: 9, edges: 9, parsed: 9, fromCache: 0, ms: 1 },
});

const services = [
  { name: 'web', unit: 'web' },
  { name: 'cart', unit: 'cart' },
];
const style = file('web/a.css', 'web');
const cart = file('cart/a.ts', 'cart');
const lib = file('lib/a.ts', 'lib');

describe('bases', () => {
  test('services that run the same revision are compared once, because the answer is the same', () => {
    const targets = [
      { service: 'web', base: sha('a'), head: sha('f') },
      { service: 'cart', base: sha('a'), head: sha('f') },
    ];
    expect(basesOf({ base: sha('a'), targets })).toEqual([{ base: sha('a'), services: ['web', 'cart'] }]);
  });
  test('a goal without services is compared with its own base, because nothing runs for it', () => {
    expect(basesOf({ base: sha('a'), targets: [] })).toEqual([{ base: sha('a'), services: [] }]);
  });
});

describe('services that run different revisions', () => {
  const newer = { base: sha('b'), services: ['web'], reach: reach(sha('b'), [cart], [unit('cart', 'cart/a.ts')]) };
  const older = { base: sha('a'), services: ['cart'], reach: reach(sha('a'), [style, cart], [unit('web', 'web/a.css'), unit('cart', 'cart/a.ts')]) };

  test('a change that a service runs already does not count for it again, because it would be released and tested for nothing', () => {
    const merged = mergeReaches([newer, older], sha('a'), services);
    expect(merged.units.map((u) => u.id)).toEqual(['cart']);
    expect(merged.files.map((f) => f.path)).toEqual(['cart/a.ts']);
  });
  test('a library counts where a service that is touched has not seen it, because that service will run it', () => {
    const withLibrary = { ...older, reach: reach(sha('a'), [style, cart, lib], [unit('web', 'web/a.css'), unit('cart', 'lib/a.ts'), unit('lib', 'lib/a.ts')]) };
    expect(
      mergeReaches([newer, withLibrary], sha('a'), services)
        .units.map((u) => u.id)
        .sort(),
    ).toEqual(['cart', 'lib']);
  });
  test('where no service is touched the smallest comparison is taken, because the others repeat what was tested before', () => {
    const none = { base: sha('b'), services: ['web'], reach: reach(sha('b'), [lib], [unit('lib', 'lib/a.ts')]) };
    const old = { base: sha('a'), services: ['cart'], reach: reach(sha('a'), [style, lib], [unit('web', 'web/a.css'), unit('lib', 'lib/a.ts')]) };
    expect(mergeReaches([none, old], sha('a'), services).units.map((u) => u.id)).toEqual(['lib']);
  });
  test('of several reasons against the way back the one that holds from the start counts, because a later one would let a migration be undone', () => {
    const hints = (from?: 'start' | 'traffic'): Reach['hints'] => ({
      only: 'code',
      contracts: [],
      migrations: [],
      reversibility: { reversible: 'no', because: from ?? 'a migration', ...(from ? { from } : {}) },
      majors: [],
      fragile: [],
      size: { files: 1, lines: 1 },
      owners: [],
    });
    const touched = (service: string, file: ImpactedFile, own: Reach['hints']) => ({
      base: sha('a'),
      services: [service],
      reach: { ...reach(sha('a'), [file], [unit(service, file.path)]), hints: own },
    });
    const parts = [touched('web', style, hints('traffic')), touched('cart', cart, hints())];
    for (const all of [parts, parts.toReversed()]) expect(mergeReaches(all, sha('a'), services).hints?.reversibility.because).toBe('a migration');
  });
});
