// Starts the edge of one environment: `node main.ts <folder of the environment>`. Lives until SIGTERM, whoever else dies.
import { resolve } from 'node:path';
import { makeFolder, writeDurably } from '../durable-file.ts';
import { tryLock } from '../owner-lock.ts';
import { markOf } from '../process-identity.ts';
import { openControl } from './control.ts';
import { openEdge } from './edge.ts';

const FLUSH_EVERY_MS = 2000;
const LAST_REQUESTS_MS = 3000;

const dir = resolve(process.argv[2] ?? '.');
makeFolder(dir);
const lock = tryLock(`${dir}/edge.lock`);
if (lock === null) {
  process.stdout.write('another edge serves this environment\n');
  process.exit(0);
}
process.on('SIGHUP', () => undefined);

const edge = await openEdge(dir);
const { server, ...address } = await openControl(edge, `${dir}/edge.sock`);
writeDurably(`${dir}/edge.json`, { pid: process.pid, mark: markOf(process.pid), ...address });
process.stdout.write(`${new Date().toISOString()} edge ${process.pid} serves ${dir}\n`);
setInterval(() => edge.flush(), FLUSH_EVERY_MS);

process.once('SIGTERM', () => {
  server.close();
  setTimeout(() => {
    edge.flush();
    process.exit(0);
  }, LAST_REQUESTS_MS).unref();
  void edge.close().then(() => process.exit(0));
});
