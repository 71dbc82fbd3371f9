// Which files, services and connections an error text names. Pure.

/** Changed files that a text points at, by path with a line number or as a stack frame of Node, Python, Go or Java would. */
export function filesNamed(texts: readonly string[], files: readonly string[]): { file: string; text: string }[] {
  return files.flatMap((file) => {
    const text = texts.find((t) => pointsAt(t, file));
    return text === undefined ? [] : [{ file, text: text.trim().slice(0, 200) }];
  });
}

function pointsAt(text: string, file: string): boolean {
  for (let from = text.indexOf(file); from !== -1; from = text.indexOf(file, from + 1)) {
    const before = from === 0 ? '/' : (text[from - 1] ?? '');
    const after = text.slice(from + file.length);
    // `src/cart.ts` must not match `other-src/cart.ts`, and a name without a line is no frame.
    if (/[\s/("'`[]/.test(before) && /^(?::\d+|["'`]?,? line \d+)/.test(after)) return true;
  }
  return javaFrame(text, file);
}

/** `at shop.Cart.add(Cart.java:12)` names no directory. */
function javaFrame(text: string, file: string): boolean {
  const name = file.split('/').at(-1) ?? file;
  return /\.(java|kt|scala)$/.test(name) && text.includes(`(${name}:`);
}

const CONNECTION =
  /ECONNREFUSED|ECONNRESET|ETIMEDOUT|EHOSTUNREACH|ENOTFOUND|EAI_AGAIN|connection refused|connect: |no route to host|upstream|Bad Gateway|Service Unavailable|fetch failed|ConnectionError|dial tcp|timed? ?out/i;

export const namesConnection = (text: string): boolean => CONNECTION.test(text);

/** Whether a text names another service: by its address, or by its name as a word in a message about a connection. */
export function namesService(text: string, service: string, address: string): boolean {
  const host = address.replace(/^https?:\/\//, '');
  if (host !== '' && text.includes(host)) return true;
  return namesConnection(text) && new RegExp(`\\b${service.replaceAll(/[^A-Za-z0-9_-]/g, '')}\\b`, 'i').test(text);
}

/** Lines of a log that tell of a failure, with the frames that follow them. */
export function errorLines(lines: readonly string[]): string[] {
  const kept: string[] = [];
  let frames = 0;
  for (const line of lines) {
    const failure = /\b(error|exception|panic|fatal|traceback|unhandled|heap out of memory|killed|refused|timed? ?out)\b|Error:|"level":(50|60)\b/i.test(line);
    if (failure) frames = 12;
    if (failure || (frames > 0 && /^\s+(at |File "|\S+\.go:\d+)|^goroutine |^\t|:\d+(:\d+)?\)?$/.test(line))) kept.push(line);
    frames -= 1;
  }
  return kept;
}
