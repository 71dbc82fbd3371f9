// Cuts what a NATS client sends into frames: one control line each, with its payload where it publishes. Keeps what is not complete yet.

/** `subject` is null for anything that is not a publish. `bytes` is the frame as it came. */
export type Frame = { verb: string; bytes: Buffer; subject: string | null; reply: string | null; text: () => string };

export function frameCutter(): (chunk: Buffer) => Frame[] {
  let rest: Buffer = Buffer.alloc(0);
  return (chunk) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const frames: Frame[] = [];
    for (;;) {
      const end = rest.indexOf('\r\n');
      if (end < 0) return frames;
      const [verb = '', ...args] = rest.toString('latin1', 0, end).split(/\s+/);
      const publishes = /^H?PUB$/i.test(verb);
      const length = end + 2 + (publishes ? Number(args.at(-1)) + 2 : 0);
      if (rest.length < length) return frames;
      const bytes = rest.subarray(0, length);
      rest = rest.subarray(length);
      // PUB subject [reply] size, HPUB subject [reply] header-size size.
      const hasReply = publishes && args.length === (verb.toUpperCase() === 'HPUB' ? 4 : 3);
      frames.push({
        verb: verb.toUpperCase(),
        bytes,
        subject: publishes ? (args[0] ?? null) : null,
        reply: hasReply ? (args[1] ?? null) : null,
        text: () => bytes.toString('utf8', end + 2, length - 2),
      });
    }
  };
}
