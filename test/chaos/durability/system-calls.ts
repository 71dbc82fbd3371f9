// Reads what strace wrote: which system call began and ended where in the order of all of them. Pure.

export type SystemCall = {
  name: string;
  /** As strace wrote them: paths and data in hexadecimal. */
  args: string[];
  /** Place in the recording at which it began; what ended before has happened before. */
  begun: number;
  /** Place at which it ended; null: the process was killed within it. */
  ended: number | null;
  /** -1 where it failed or did not end. */
  result: number;
};

const LINE = /^(\d+)\s+(.*)$/;
const RESUMED = /^<\.\.\. (\w+) resumed>(.*)$/;
const UNFINISHED = ' <unfinished ...>';

/** In the order in which they began. Throws at a line that is not understood: what is passed over would be taken for not done. */
export function parseRecording(text: string): SystemCall[] {
  const calls: SystemCall[] = [];
  const open = new Map<string, { call: SystemCall; text: string }>();
  for (const [at, line] of text.split('\n').entries()) {
    if (line === '') continue;
    const [, thread = '', said = ''] = LINE.exec(line) ?? [];
    if (/^(---|\+\+\+)/.test(said)) continue;
    const resumed = RESUMED.exec(said);
    if (resumed) {
      const begun = open.get(thread);
      if (!begun) throw new Error(`line ${at + 1} of the recording goes on with a call that nobody began: ${line.slice(0, 120)}`);
      open.delete(thread);
      finish(begun.call, begun.text + (resumed[2] ?? ''), at);
      continue;
    }
    const call: SystemCall = { name: said.slice(0, said.indexOf('(')), args: [], begun: at, ended: null, result: -1 };
    calls.push(call);
    if (said.endsWith(UNFINISHED)) {
      const begun = said.slice(0, -UNFINISHED.length);
      call.args = argsOf(begun);
      open.set(thread, { call, text: begun });
    } else finish(call, said, at);
  }
  return calls;
}

function finish(call: SystemCall, text: string, at: number): void {
  const end = text.lastIndexOf(') ');
  const result = /=\s+(-?\d+|0x[0-9a-f]+|\?)/.exec(text.slice(end))?.[1];
  if (end < 0 || result === undefined) throw new Error(`line ${at + 1} of the recording has no result: ${text.slice(0, 120)}`);
  call.args = argsOf(text.slice(0, end));
  if (result === '?') return;
  call.ended = at;
  call.result = Number(result);
}

/** Strings are in hexadecimal, so that a comma in them cannot be taken for the next argument. */
const argsOf = (text: string): string[] => {
  const inside = text.slice(text.indexOf('(') + 1);
  return inside === '' ? [] : inside.split(/,\s+/);
};

/** The bytes of a string argument. Throws where strace left some out. */
export function bytesOf(arg: string): Buffer {
  if (!arg.startsWith('"') || !arg.endsWith('"')) throw new Error(`not a whole string: ${arg.slice(0, 60)}…${arg.slice(-20)}`);
  return Buffer.from(arg.slice(1, -1).replaceAll('\\x', ''), 'hex');
}

export const pathOf = (arg: string): string => bytesOf(arg).toString();
