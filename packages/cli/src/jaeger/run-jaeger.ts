// Starts the Jaeger that was found, on loopback, and ends it again.
import { execFile, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { identify, isRunning, until } from '@awo/embedded/running';
import { findFreePort, isFree } from '@awo/free-port';
import { UnreachableError } from '../exit-codes.ts';
import type { FoundJaeger } from './find-jaeger.ts';
import { forgetJaeger, readJaeger, writeJaeger } from './jaeger-file.ts';
import type { JaegerFile } from './jaeger-file.ts';

const READY_MS = 30_000;

/** Throws UnreachableError when it does not answer in time; its log is named. */
export async function startJaeger(home: string, found: FoundJaeger): Promise<JaegerFile> {
  const before = readJaeger(home);
  if (before && before.owns.kind !== 'nothing' && (await answers(before.url))) return before;
  mkdirSync(join(home, 'logs'), { recursive: true });
  const jaeger = found.kind === 'running' ? { url: found.url, otlp: found.otlp, owns: { kind: 'nothing' as const } } : await launch(home, found);
  writeJaeger(home, jaeger);
  if (!(await until(() => answers(jaeger.url), READY_MS, 200)))
    throw new UnreachableError(`Jaeger does not answer at ${jaeger.url}.`, `Its log: ${logOf(home)}`);
  return jaeger;
}

/** True where something of ours was ended. */
export async function stopJaeger(home: string): Promise<boolean> {
  const jaeger = readJaeger(home);
  if (!jaeger) return false;
  forgetJaeger(home);
  const { owns } = jaeger;
  if (owns.kind === 'container') {
    const stopped = await promisify(execFile)('docker', ['stop', '-t', '3', owns.id]).catch(() => undefined);
    return stopped !== undefined;
  }
  // A number used again by another process does not match the identity.
  if (owns.kind === 'nothing' || !isRunning(owns.identity)) return false;
  process.kill(owns.identity.pid, 'SIGTERM');
  await until(() => !isRunning(owns.identity), 5000, 100);
  return true;
}

const logOf = (home: string) => join(home, 'logs', 'jaeger.log');

async function launch(home: string, found: Exclude<FoundJaeger, { kind: 'running' }>): Promise<JaegerFile> {
  const [ui = 0, otlp = 0, ...others] = await freePorts(16686, 4318, 0, 0, 0);
  const reach = { url: `http://127.0.0.1:${ui}`, otlp: `http://127.0.0.1:${otlp}` };
  if (found.kind === 'image') {
    const args = ['run', '-d', '--rm', '--label', 'awo=jaeger', '-p', `127.0.0.1:${ui}:16686`, '-p', `127.0.0.1:${otlp}:4318`, found.image];
    const { stdout } = await promisify(execFile)(found.docker, args);
    return { ...reach, owns: { kind: 'container', id: stdout.trim() } };
  }
  const log = openSync(logOf(home), 'a', 0o600);
  const args = found.version === 2 ? ['--config', configFile(home, ui, otlp, others)] : optionsOf(ui, otlp, others);
  const child = spawn(found.path, args, { detached: true, stdio: ['ignore', log, log] });
  closeSync(log);
  child.unref();
  const pid = await new Promise<number>((resolve, reject) => {
    child.once('error', (error) => reject(new UnreachableError(`${found.path} cannot be started: ${error.message}.`)));
    child.once('spawn', () => resolve(child.pid ?? 0));
  });
  const identity = identify(pid);
  if (!identity) throw new UnreachableError(`${found.path} ended at once.`, `Its log: ${logOf(home)}`);
  return { ...reach, owns: { kind: 'process', identity } };
}

const optionsOf = (ui: number, otlp: number, [grpc, admin, queryGrpc]: number[]): string[] => [
  `--query.http-server.host-port=127.0.0.1:${ui}`,
  `--collector.otlp.http.host-port=127.0.0.1:${otlp}`,
  `--collector.otlp.grpc.host-port=127.0.0.1:${grpc}`,
  `--admin.http.host-port=127.0.0.1:${admin}`,
  `--query.grpc-server.host-port=127.0.0.1:${queryGrpc}`,
];

/** JSON is YAML. */
function configFile(home: string, ui: number, otlp: number, [grpc, , queryGrpc]: number[]): string {
  const at = (port: number | undefined) => ({ endpoint: `127.0.0.1:${port}` });
  const config = {
    service: {
      extensions: ['jaeger_storage', 'jaeger_query'],
      pipelines: { traces: { receivers: ['otlp'], processors: ['batch'], exporters: ['jaeger_storage_exporter'] } },
      telemetry: { metrics: { level: 'none' } },
    },
    extensions: {
      jaeger_query: { storage: { traces: 'mem' }, http: at(ui), grpc: at(queryGrpc) },
      jaeger_storage: { backends: { mem: { memory: { max_traces: 100_000 } } } },
    },
    receivers: { otlp: { protocols: { grpc: at(grpc), http: at(otlp) } } },
    processors: { batch: { timeout: '200ms' } },
    exporters: { jaeger_storage_exporter: { trace_storage: 'mem' } },
  };
  const file = join(home, 'jaeger-config.json');
  writeFileSync(file, JSON.stringify(config, null, 2));
  return file;
}

const answers = async (url: string): Promise<boolean> => {
  try {
    return (await fetch(`${url}/api/services`, { signal: AbortSignal.timeout(1000) })).ok;
  } catch {
    return false;
  }
};

/** The wished ports where they are free, else any; none is given twice. */
async function freePorts(...wished: number[]): Promise<number[]> {
  const found = new Set<number>();
  for (const port of wished) found.add(port !== 0 && (await isFree(port)) ? port : await findFreePort(undefined, found));
  return [...found];
}
