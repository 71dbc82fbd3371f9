// evidence.collect: what the recorder has seen of an environment, in the terms of a diagnosis.
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { type evidenceCollect, revisionLog, TerminalError } from '@awo/contracts';
import { redact } from '@awo/telemetry';
import type { z } from 'zod';
import { configured } from '../environment-variables.ts';
import type { Local } from '../local.ts';
import { servingOf } from '../repair/find-service.ts';
import { addressOf } from '../rollout-status.ts';
import { type Recorder, sourceId } from './recorder.ts';
import type { Track } from './tracks.ts';

const LOG_BYTES = 96 * 1024;
const LINES_PER_SERVICE = 300;
/** An answer has to fit into one message of the bus, of a megabyte: figures of some 20 bytes, then lines, and traces in what is left. */
const MOST_POINTS = 30_000;
const LOGS_BYTES = 200 * 1024;
const MOST_TRACES_BYTES = 256 * 1024;
const ANSWER_BYTES = 960 * 1024;

export const collectTool =
  (local: Local, recorder: Recorder) =>
  async (args: z.infer<typeof evidenceCollect.input>): Promise<z.infer<typeof evidenceCollect.output>> => {
    const environment = local.environments().find((e) => e.name === args.environment);
    if (environment === undefined) {
      const known = local.environments().map((e) => e.name);
      throw new TerminalError('unknown-environment', `No environment "${args.environment}" on this machine. Known: ${known.join(', ') || 'none'}.`);
    }
    const now = Date.now();
    const { tracks, shares, spans, changes } = recorder.of(args.environment);
    const all = tracks.since(now - args.seconds * 1000);
    const services = environment.state.services.filter((s) => s.revisions.some((r) => r.desired === 'running'));
    const models = services.map((s) => {
      const model = servingOf(s)?.model;
      return { name: s.name, address: addressOf(s.port), model: model && configured(s, model, local.hostEnv) };
    });
    const sources = models.flatMap(({ name, model }) =>
      Object.keys(model?.sources ?? {}).map((variable) => ({ from: name, to: sourceId(name, variable), address: model?.env[variable] })),
    );
    const calls = models.flatMap(({ name, model }) => (model?.dependsOn ?? []).map((to) => ({ from: name, to, kind: 'calls' })));
    const answer = {
      at: now,
      topology: {
        // What a process says of its calls names addresses.
        nodes: [
          ...models.map(({ name, address }) => ({ id: name, kind: 'service', ...hostOf(address) })),
          ...sources.map(({ to, address }) => ({ id: to, kind: 'data-source', ...hostOf(address) })),
        ],
        edges: [...calls, ...sources.map(({ from, to }) => ({ from, to, kind: 'reads' }))],
      },
      tracks: thinned(all.filter((t) => t.metric !== 'log_bytes')),
      logs: args.logs
        ? services.flatMap((s) => {
            const revision = servingOf(s);
            const sizes = all.find((t) => t.entity === s.name && t.metric === 'log_bytes');
            return revision === undefined
              ? []
              : lines(s.name, revisionLog(local.home, args.environment, s.name, revision.revision), sizes, local.hostEnv, LOGS_BYTES / services.length);
          })
        : [],
      ...(args.processes ? { processes: shares.since(now - args.seconds * 1000) } : {}),
      changes: changes.filter((c) => c.t >= now - 3_600_000),
    };
    if (!args.traces) return answer;
    const room = Math.max(0, Math.min(MOST_TRACES_BYTES, ANSWER_BYTES - Buffer.byteLength(JSON.stringify(answer))));
    const traces = spans.since(now - args.seconds * 1000, room, now);
    return traces.length === 0 ? answer : { ...answer, traces };
  };

function hostOf(address: string | undefined): { labels?: { host: string } } {
  const host = address === undefined ? undefined : URL.parse(address)?.host;
  return host ? { labels: { host } } : {};
}

function thinned(tracks: Track[]): Track[] {
  const points = tracks.reduce((sum, { t }) => sum + t.length, 0);
  const every = Math.ceil(points / MOST_POINTS);
  return every <= 1
    ? tracks
    : tracks.map((track) => ({ ...track, t: track.t.filter((_, i) => i % every === 0), v: track.v.filter((_, i) => i % every === 0) }));
}

/** The last lines with the second in which each was written, by the size that the file had then. Lines from before the first look are the oldest. */
/** As many lines as were written, without the secrets in them. */
function lines(
  entity: string,
  path: string,
  sizes: Track | undefined,
  hostEnv: NodeJS.ProcessEnv,
  most: number,
): { entity: string; t: number; message: string }[] {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch {
    return [];
  }
  try {
    const { size } = fstatSync(file);
    const bytes = Buffer.alloc(Math.min(size, LOG_BYTES));
    readSync(file, bytes, 0, bytes.length, size - bytes.length);
    let offset = size - bytes.length;
    let left = most;
    const text = bytes.toString('utf8');
    const clean = redact(text, hostEnv).text.split('\n');
    return text
      .split('\n')
      .flatMap((message, i) => {
        offset += Buffer.byteLength(message) + 1;
        const at = sizes?.v.findIndex((v) => v >= offset - 1) ?? -1;
        const t = at >= 0 ? sizes?.t[at] : Date.now();
        return message === '' || t === undefined ? [] : [{ entity, t, message: clean[i]?.slice(0, 500) ?? '' }];
      })
      .slice(-LINES_PER_SERVICE)
      .toReversed()
      .filter((line) => (left -= Buffer.byteLength(JSON.stringify(line))) >= 0)
      .toReversed();
  } finally {
    closeSync(file);
  }
}
