// What a change is made of, as far as choosing tests needs it. Pure.

/** Inclusive, from 1. */
export type LineRange = readonly [from: number, to: number];
export type ChangedFunction = { name: string; line: number };

export type ChangedSource = {
  path: string;
  oldPath: string | undefined;
  /** A file of tests; `titles` are the names of tests that its changed lines hold. */
  isTest: boolean;
  titles: readonly string[];
  /** Changed lines before and after: coverage may be of either revision. */
  lines: readonly LineRange[];
  /** More lines whose execution shows that the change is reached: where its statements start, and those before and after what was added or removed. */
  anchors: readonly LineRange[];
  /** Not every changed place has a line that shows it: whoever executes its function may reach it. */
  blind: boolean;
  /** The innermost functions that hold a changed line, at both revisions; null where the language is not read. */
  functions: readonly ChangedFunction[] | null;
  /** Something changed that lies in no function: it runs when the file is loaded. */
  outside: boolean;
};

export type Change = {
  files: readonly ChangedSource[];
  /** Files that coverage cannot see and that may reach any test; everything is run. */
  widened: readonly { path: string; because: string }[];
};

export const overlaps = (a: readonly LineRange[], b: readonly LineRange[]): boolean => a.some(([from, to]) => b.some(([x, y]) => from <= y && x <= to));

/** Splits `name@line`; a name may hold an @ itself. */
export function parseFunction(text: string): ChangedFunction | null {
  const at = text.lastIndexOf('@');
  const line = Number(text.slice(at + 1));
  return at < 0 || !Number.isInteger(line) || line < 0 ? null : { name: text.slice(0, at), line };
}

const isNameless = (name: string): boolean => name === '' || /anonymous|^\(?(empty|default)/i.test(name);

/** Tools disagree about the line a function starts on, by a decorator or an `export` line of its own. */
export function isSame(covered: ChangedFunction, changed: ChangedFunction): boolean {
  const apart = Math.abs(covered.line - changed.line);
  if (apart === 0)
    return covered.name === changed.name || isNameless(covered.name) || isNameless(changed.name) || lastWord(covered.name) === lastWord(changed.name);
  return apart <= 2 && !isNameless(covered.name) && lastWord(covered.name) === lastWord(changed.name);
}

const lastWord = (name: string): string => /[\w$]+$/.exec(name.replace(/[()]+$/, ''))?.[0] ?? name;
