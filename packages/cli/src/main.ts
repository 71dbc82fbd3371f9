// Entry of the awo command: the only reader of the process's arguments, environment and streams.
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

// Without it every start strips the types again: 0.4 s instead of 0.2 s.
enableCompileCache(join(import.meta.dirname, '../../../.tools/compile-cache'));
const { runCli } = await import('./run-cli.ts');

const interrupt = new AbortController();
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(name, () => {
    if (interrupt.signal.aborted) process.exit(130);
    interrupt.abort();
  });
}
// The reader of a pipe has gone, as in `awo log last | head -1`: nothing is left to say.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

process.exitCode = await runCli({
  argv: process.argv.slice(2),
  env: process.env,
  cwd: process.cwd(),
  stdout: process.stdout,
  stderr: process.stderr,
  stdin: () => text(process.stdin),
  signal: interrupt.signal,
});
