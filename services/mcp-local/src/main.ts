// Starts mcp-local: becomes the owner of this machine's environments, resumes what should run, serves its tools.
import { join, resolve } from 'node:path';
import { createLogger } from '@awo/telemetry';
import { serveTools } from '@awo/tools';
import { makeFolder } from './durable-file.ts';
import { type Local, openLocal } from './local.ts';
import { listenerOf } from './otlp/listener.ts';
import { startReceiver } from './otlp/receiver.ts';
import { createReported } from './otlp/reported.ts';
import { waitForLock } from './owner-lock.ts';
import { createRecorder } from './recorder/recorder.ts';
import { toolsOf } from './server.ts';
import { supervise } from './supervise.ts';

const home = resolve(process.env['AWO_HOME'] ?? '.awo');
const log = createLogger('mcp-local', process.env['AWO_INSTANCE'] ?? 'mcp-local-1');
const ending = new AbortController();
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => ending.abort());

makeFolder(join(home, 'local'));
// A second instance stands by: two owners would start everything twice.
const lock = await waitForLock(join(home, 'local', 'owner.lock'), ending.signal);
if (lock === null) process.exit(0);
const reported = createReported();
// Releases go on without what services report of themselves.
const receiver = await startReceiver(
  home,
  listenerOf(() => ({ local, recorder }), reported),
).catch((error: unknown) => void log.warn({ error: String(error) }, 'metrics and traces cannot be taken by OTLP'));
const local: Local = openLocal({ home, hostEnv: process.env, log, otlpUrl: receiver?.url ?? null });
const supervision = supervise(local);
const recorder = createRecorder(local);
void recorder.run(ending.signal);
// Starts under way are given up, so that the calls that wait for them can end; what should run stays written down.
ending.signal.addEventListener('abort', () => void supervision.stop());
await serveTools({
  name: 'mcp-local',
  version: '0.1.0',
  tools: toolsOf(local, recorder, reported),
  env: process.env,
  onStop: async () => {
    await supervision.stop();
    receiver?.close();
    lock.release();
  },
});
