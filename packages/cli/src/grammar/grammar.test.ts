// The goal language: what is understood, and what is refused rather than guessed.
import { describe, expect, test } from 'vitest';
import { understand } from './grammar.ts';
import { FORMS } from './words.ts';

const release = { kind: 'release', revision: 'HEAD', environment: 'production', strategy: 'auto' };

const UNDERSTOOD: [string, object][] = [
  ['release cart to production', { ...release, service: 'cart' }],
  ['Release cart to production.', { ...release, service: 'cart' }],
  ['please release the service cart to the environment staging', { ...release, service: 'cart', environment: 'staging' }],
  ['release cart at v1.2 to staging', { ...release, service: 'cart', revision: 'v1.2', environment: 'staging' }],
  ['release cart@v1.2', { ...release, service: 'cart', revision: 'v1.2' }],
  ['deploy v1.2 of cart to production', { ...release, service: 'cart', revision: 'v1.2' }],
  ['ship cart from main', { ...release, service: 'cart', revision: 'main' }],
  ['release everything from /srv/shop to production', { ...release, repo: '/srv/shop' }],
  ['release all that changed from "/srv/my shop" at commit 1a2b3c4', { ...release, repo: '/srv/my shop', revision: '1a2b3c4' }],
  ['release cart as canary and supersede', { ...release, service: 'cart', strategy: 'canary', onBusy: 'supersede' }],
  ['release cart with blue green or wait', { ...release, service: 'cart', strategy: 'blue-green', onBusy: 'wait' }],
  ['release cart to production superseding what is running', { ...release, service: 'cart', onBusy: 'supersede' }],
  ['roll out cart', { ...release, service: 'cart' }],
  ['roll back cart in production', { kind: 'rollback', service: 'cart', environment: 'production' }],
  ['rollback production', { kind: 'rollback', environment: 'production' }],
  ['roll back staging', { kind: 'rollback', environment: 'staging' }],
  ['roll back live', { kind: 'rollback', environment: 'live' }],
  ['undo cart', { kind: 'rollback', service: 'cart', environment: 'production' }],
  ['test main', { kind: 'test', revision: 'main' }],
  ['run the tests of main in /srv/shop', { kind: 'test', revision: 'main', repo: '/srv/shop' }],
  ['test HEAD against v1.1', { kind: 'test', revision: 'HEAD', base: 'v1.1' }],
  ['test', { kind: 'test', revision: 'HEAD' }],
  ['assess HEAD~1 against main', { kind: 'assess', revision: 'HEAD~1', base: 'main' }],
  ['assess main..feature/search', { kind: 'assess', revision: 'feature/search', base: 'main' }],
  ['assess the impact of v2 compared with v1', { kind: 'assess', revision: 'v2', base: 'v1' }],
];

describe('sentences that are understood', () => {
  test.each(UNDERSTOOD)('%s', (sentence, spec) => {
    expect(understand(sentence, ['live'])).toEqual({ ok: true, spec });
  });

  test.each(Object.entries(FORMS).flatMap(([kind, forms]) => forms.map((form) => [kind, form])))(
    'every %s form that is shown to people is one: %s',
    (kind, form) => {
      expect(understand(form ?? '')).toMatchObject({ ok: true, spec: { kind } });
    },
  );
});

const REFUSED: [string, RegExp, RegExp?][] = [
  ['', /empty text/],
  ['relase cart', /"relase" is no goal/, /Did you mean "release"/],
  ['make me a sandwich', /"make" is no goal/],
  ['release cart catalog', /"catalog" was not understood/, /one thing, or everything/],
  ['release cart and catalog to production', /"and catalog"/, /one service, or everything/],
  ['release cart to', /Nothing follows "to"/],
  ['release cart to staging to production', /two values for the environment/],
  ['release cart as canaray', /"canaray" is no way to release/, /"canary"/],
  ['release production', /"production" is an environment/, /release everything to production/],
  ['release ca/rt', /"ca\/rt" cannot be the service/],
  ['roll back cart to v1.1', /goes to what ran before/, /release cart at v1.1/],
  ['test main by friday', /"by friday" was not understood/],
  ['assess -x', /"-x" cannot be the revision/],
];

describe('sentences that are refused, because a wrong guess would release the wrong thing', () => {
  test.each(REFUSED)('%s', (sentence, problem, hint) => {
    const answer = understand(sentence);
    if (answer.ok) throw new Error(`understood as ${JSON.stringify(answer.spec)}`);
    expect(answer.problem).toMatch(problem);
    if (hint) expect(answer.hint).toMatch(hint);
    expect(answer.forms.length).toBeGreaterThan(1);
  });
});
