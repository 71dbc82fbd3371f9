// What error texts point at, in the languages that services are written in.
import { describe, expect, it } from 'vitest';
import { errorLines, filesNamed, namesConnection, namesService } from './mentions.ts';

describe('a changed file is named', () => {
  for (const [language, text, file] of [
    ['Node', '    at add (/srv/w/cart/src/cart.ts:31:9)', 'cart/src/cart.ts'],
    ['Node modules', '    at file:///srv/w/cart/src/cart.ts:31:9', 'cart/src/cart.ts'],
    ['Python', '  File "/srv/w/search/app.py", line 12, in find', 'search/app.py'],
    ['Go', '\t/srv/w/pay/main.go:44 +0x1d', 'pay/main.go'],
    ['Java', '\tat shop.Cart.add(Cart.java:12)', 'src/main/java/shop/Cart.java'],
  ] as const) {
    it(`by a stack frame of ${language}`, () => expect(filesNamed([text], [file])).toHaveLength(1));
  }

  it('only by its whole path, and only with a line: a log may name any file', () => {
    expect(filesNamed(['at add (/srv/w/other-cart/src/cart.ts:31:9)'], ['cart/src/cart.ts'])).toEqual([]);
    expect(filesNamed(['reading cart/src/cart.ts'], ['cart/src/cart.ts'])).toEqual([]);
  });
});

describe('another service is named', () => {
  it('by its address, or by its name in a message about a connection', () => {
    expect(namesService('connect ECONNREFUSED 127.0.0.1:41002', 'catalog', 'http://127.0.0.1:41002')).toBe(true);
    expect(namesService('catalog: connection refused', 'catalog', 'http://127.0.0.1:41002')).toBe(true);
    expect(namesService('the catalog is empty', 'catalog', 'http://127.0.0.1:41002')).toBe(false);
  });

  it('in many dialects of "no connection"', () => {
    for (const text of [
      'dial tcp 127.0.0.1:1: connect: connection refused',
      'TypeError: fetch failed',
      'requests.exceptions.ConnectionError',
      '502 Bad Gateway',
    ])
      expect(namesConnection(text), text).toBe(true);
    expect(namesConnection('TypeError: total is undefined')).toBe(false);
  });
});

describe('error lines of a log', () => {
  it('are failures with their frames; the rest is left out', () => {
    const log = ['listening on 1', 'Error: boom', '    at a (/x/a.ts:1:1)', 'GET / 200', '{"level":50,"msg":"bad"}'];
    expect(errorLines(log)).toEqual(['Error: boom', '    at a (/x/a.ts:1:1)', '{"level":50,"msg":"bad"}']);
  });
});
