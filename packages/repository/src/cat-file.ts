// One `git cat-file --batch` process that answers any number of reads in order.
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { RetryableError, TerminalError } from '@awo/contracts';
import { gitArguments, gitEnvironment, gitMissing } from './git-process.ts';

type Request = { blob: string; maxBytes: number; resolve: (bytes: Buffer | null) => void; reject: (error: Error) => void };
type Body = { left: number; chunks: Buffer[] | null };

export type BlobReader = {
  read(blob: string, maxBytes?: number): Promise<Buffer | null>;
  close(): Promise<void>;
};

/** Starts the process at the first read, and again should it die. */
export function openBlobReader(dir: string): BlobReader {
  let child: ChildProcessWithoutNullStreams | null = null;
  let closed = false;
  let waiting: Request[] = [];
  let header: Buffer[] = [];
  let body: Body | null = null;

  function start(): ChildProcessWithoutNullStreams {
    const started = spawn('git', gitArguments(dir, ['cat-file', '--batch']), { env: gitEnvironment(), stdio: ['pipe', 'pipe', 'pipe'] });
    started.stdout.on('data', take);
    started.stdin.on('error', () => undefined);
    started.stderr.resume();
    started.on('error', (error) => lose(started, gitMissing(error)));
    started.on('close', (code) => lose(started, new RetryableError('git-failed', `git cat-file in ${dir} ended with ${code} before it had answered.`)));
    return started;
  }

  function lose(which: ChildProcessWithoutNullStreams, error: Error): void {
    if (child !== which) return;
    const lost = waiting;
    [child, waiting, header, body] = [null, [], [], null];
    for (const request of lost) request.reject(error);
  }

  function take(chunk: Buffer): void {
    let rest = chunk;
    while (rest.length > 0) rest = body ? takeBody(body, rest) : takeHeader(rest);
  }

  function takeHeader(chunk: Buffer): Buffer {
    const end = chunk.indexOf(10);
    header.push(end < 0 ? chunk : chunk.subarray(0, end));
    if (end < 0) return Buffer.alloc(0);
    const line = Buffer.concat(header).toString('utf8');
    header = [];
    const request = waiting[0];
    const size = / (?:blob|tree|commit|tag) (\d+)$/.exec(line)?.[1];
    if (size === undefined) {
      waiting.shift();
      request?.reject(
        new TerminalError(
          'git-failed',
          `Object ${request.blob} is not in ${dir} (${line.replace(/^\S+ /, '')}). A shallow or partial clone lacks objects: fetch it whole.`,
        ),
      );
    } else {
      // Larger than wanted: its bytes are skipped as they come, never held.
      body = { left: Number(size) + 1, chunks: request && Number(size) <= request.maxBytes ? [] : null };
    }
    return chunk.subarray(end + 1);
  }

  function takeBody(open: Body, chunk: Buffer): Buffer {
    const part = chunk.subarray(0, open.left);
    open.left -= part.length;
    open.chunks?.push(part);
    if (open.left === 0) {
      body = null;
      const bytes = open.chunks && Buffer.concat(open.chunks);
      waiting.shift()?.resolve(bytes && bytes.subarray(0, bytes.length - 1));
    }
    return chunk.subarray(part.length);
  }

  return {
    read(blob, maxBytes = Number.POSITIVE_INFINITY) {
      if (closed) return Promise.reject(new TerminalError('git-failed', `The repository at ${dir} was closed before blob ${blob} was read.`));
      if (!/^[0-9a-f]{40,64}$/.test(blob)) return Promise.reject(new TerminalError('bad-arguments', `"${blob}" is no object id: 40 or 64 hexadecimal digits.`));
      return new Promise((resolve, reject) => {
        waiting.push({ blob, maxBytes, resolve, reject });
        child ??= start();
        child.stdin.write(`${blob}\n`);
      });
    },
    close() {
      closed = true;
      const ending = child;
      if (!ending) return Promise.resolve();
      return new Promise((resolve) => {
        ending.once('close', () => resolve());
        ending.stdin.end();
      });
    },
  };
}
