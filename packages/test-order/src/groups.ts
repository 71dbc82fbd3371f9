// Tests that belong together by what they are called. Pure.

/** The finer group first. `src/cart/a.test.js: adds` lies in its file and its folder; `1234` beside its neighbours in number. */
export function groupsOf(test: string): string[] {
  const number = /^(.*?)(\d{1,15})$/.exec(test);
  if (number) {
    const [, stem = '', digits = ''] = number;
    return [`${stem}#${Math.floor(Number(digits) / 6)}`, `${stem}##${Math.floor(Number(digits) / 40)}`];
  }
  const parts = test.split(/(?:::|[/\\.#>: ])+/).filter((part) => part !== '');
  if (parts.length < 2) return [];
  return parts.length < 3 ? [parts.slice(0, 1).join('/')] : [parts.slice(0, -1).join('/'), parts.slice(0, -2).join('/')];
}

/** The words of a name: `Case3[profile-7]` has `Case3`, `profile-7` and `profile`. Numbers stay with the word before them. */
export function wordsOf(test: string): string[] {
  const words = test.match(/[\p{L}_]+[-_ ]?\d*|\d+/gu) ?? [];
  return words.length < 2 ? [] : [...new Set(words)].slice(0, 12);
}

/** Words before numbers by value, so that equal scores always come in one order. */
export const compareNames = (a: string, b: string): number => {
  const [x, y] = [Number(a), Number(b)];
  if (Number.isFinite(x) && Number.isFinite(y) && x !== y) return x - y;
  return a < b ? -1 : a > b ? 1 : 0;
};
