// The supervisor process: composition root, the only reader of process.env and arguments.
import { TerminalError } from '@awo/contracts';
import { releaseLock, takeLock } from './owner-lock.ts';
import { runSupervisor } from './supervisor.ts';
import type { Supervisor } from './supervisor.ts';
import { SupervisorOptions } from './supervisor-options.ts';
import type { SupervisorMessage } from './supervisor-options.ts';

/** The starter may be gone by now: then the log is all there is. */
function tell(message: SupervisorMessage): void {
  if (message.kind === 'progress' || message.kind === 'failed')
    process.stdout.write(`${new Date().toISOString()} ${'text' in message ? message.text : message.message}\n`);
  if (process.connected) process.send?.(message, undefined, undefined, () => {});
}

const options = SupervisorOptions.parse(JSON.parse(process.argv[2] ?? '{}'));
process.on('disconnect', () => {});

if (!takeLock(options.home)) {
  tell({ kind: 'occupied' });
  process.disconnect?.();
} else {
  let asked = false;
  let supervisor: Supervisor | undefined;
  const end = () => {
    asked = true;
    void supervisor?.stop().finally(() => process.exit(0));
  };
  for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(name, end);
  try {
    supervisor = await runSupervisor(options, process.env, (progress) => tell({ kind: 'progress', ...progress }));
    // Asked to end while the bus was still coming up.
    if (asked) end();
    await supervisor.ready;
    if (!asked) tell({ kind: 'ready' });
  } catch (error) {
    releaseLock(options.home);
    const message = error instanceof Error ? error.message : String(error);
    tell({
      kind: 'failed',
      code: error instanceof TerminalError ? error.code : 'internal',
      message,
      hint: (error instanceof TerminalError && error.hint) || null,
    });
    process.exitCode = 1;
    if (process.connected) process.disconnect();
  }
}
