// Progress on stderr: what is done and why, with the time since the start. A line in place on a terminal, plain lines elsewhere.
const startedAt = Date.now();
const inPlace = Boolean(process.stderr.isTTY) && !process.env['CI'];
const elapsed = () => `[${((Date.now() - startedAt) / 1000).toFixed(1).padStart(5)} s]`;

export function say(text) {
  process.stderr.write(`${elapsed()} ${text}\n`);
}

/** Runs `work` and shows that it goes on: a new line every 5 s, or a counter in place on a terminal. */
export async function during(text, work) {
  const from = Date.now();
  const seconds = () => ((Date.now() - from) / 1000).toFixed(1);
  say(text);
  const timer = setInterval(
    () =>
      inPlace ? process.stderr.write(`\r${elapsed()}   … ${Math.round(Number(seconds()))} s`) : say(`  … still at it, ${Math.round(Number(seconds()))} s`),
    inPlace ? 1000 : 5000,
  );
  try {
    const result = await work();
    clearInterval(timer);
    if (inPlace) process.stderr.write('\r\x1b[K');
    say(`  done in ${seconds()} s`);
    return result;
  } finally {
    clearInterval(timer);
  }
}
