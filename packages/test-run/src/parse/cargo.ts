// The text of `cargo test`. Pure.
import { testCase, type Parsed, type RunOutput } from './parsed.ts';

export function parseCargo(output: RunOutput): Parsed | null {
  const notCompiled = /^error(\[E\d+\])?: .*(?:\n(?!warning: build failed).*)*?could not compile .*$/m.exec(output.stderr)?.[0];
  if (notCompiled !== undefined)
    return {
      format: 'cargo',
      cases: [],
      loadErrors: [{ where: /could not compile `([^`]+)`/.exec(notCompiled)?.[1] ?? 'a crate', message: notCompiled.slice(0, 4000) }],
    };
  if (!/^test result: (ok|FAILED)\. \d+ passed/m.test(output.stdout)) return null;
  const messages = failureMessages(output.stdout.split('\n'));
  const parsed: Parsed = { format: 'cargo', cases: [], loadErrors: [] };
  for (const line of output.stdout.split('\n')) {
    const test = /^test (.+?)(?: - should panic)? \.\.\. (ok|FAILED|ignored)/.exec(line);
    if (test === null) continue;
    const [, name = '', word] = test;
    const message = messages.get(name) ?? '';
    const file = /^(\S+\.rs) - /.exec(name)?.[1] ?? /panicked at (\S+?\.rs):\d+/.exec(message)?.[1] ?? null;
    parsed.cases.push(testCase(name, word === 'ok' ? 'passed' : word === 'FAILED' ? 'failed' : 'skipped', { file, message }));
  }
  return parsed;
}

/** What stands below `---- NAME stdout ----`, without the backtrace. */
function failureMessages(lines: readonly string[]): Map<string, string> {
  const messages = new Map<string, string>();
  let name: string | null = null;
  for (const line of lines) {
    const title = /^---- (.+) stdout ----$/.exec(line)?.[1];
    if (title !== undefined) name = title;
    else if (/^(failures:|stack backtrace:|note: )/.test(line)) name = null;
    else if (name !== null) messages.set(name, `${messages.get(name) ?? ''}${line}\n`);
  }
  return messages;
}
