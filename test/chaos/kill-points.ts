// The moments at which an effect can be caught in the act: each is a publish of one process, seen before it goes on.
import type { Frame } from './nats-frames.ts';
import type { Passage } from './proxy.ts';

export type KillPoint = {
  name: string;
  /** Whose publish it is. */
  at: string;
  is: (frame: Frame) => boolean;
  /** Who is killed: the one that publishes, or another. */
  victim: string;
  /** The publish is lost with its publisher, or still goes on. */
  passage: Passage;
};

const claims = (frame: Frame) => Boolean(frame.subject?.startsWith('$KV.effects.g'));
const settled = (frame: Frame) => claims(frame) && /"state":"(done|failed)"/.test(frame.text());
const claimed = (frame: Frame) => claims(frame) && frame.text().includes('"state":"claimed"');
const calls = (frame: Frame) => Boolean(frame.subject?.startsWith('awo.mcp.')) && frame.text().includes('"awo/key"');
const toolAnswers = (frame: Frame) => Boolean(frame.subject?.startsWith('_INBOX_toolgate.')) && frame.text().includes('"address"');
const gateAnswers = (frame: Frame) => Boolean(frame.subject?.startsWith('_INBOX_deploy.')) && frame.text().includes('"kind":"result"');
const asks = (frame: Frame) => Boolean(frame.subject?.startsWith('awo.tool.deploy.'));
const commits = (frame: Frame) => Boolean(frame.subject?.startsWith('awo.log.')) && frame.text().includes('"tool.called"');
/** An acknowledgement, not the sign of life that goes to the same subject. */
const acks = (frame: Frame) => Boolean(frame.subject?.startsWith('$JS.ACK.GOALS.')) && !frame.text().includes('+WPI');

export const KILL_POINTS: readonly KillPoint[] = [
  { name: 'worker, before it asks', at: 'deploy', is: asks, victim: 'deploy', passage: 'cut' },
  { name: 'worker, while it is asked for', at: 'toolgate', is: calls, victim: 'deploy', passage: 'pass' },
  { name: 'toolgate, before the claim', at: 'toolgate', is: claimed, victim: 'toolgate', passage: 'cut' },
  { name: 'toolgate, claim sent', at: 'toolgate', is: claimed, victim: 'toolgate', passage: 'pass' },
  { name: 'toolgate, claimed and not called', at: 'toolgate', is: calls, victim: 'toolgate', passage: 'cut' },
  { name: 'toolgate, called and not answered', at: 'toolgate', is: calls, victim: 'toolgate', passage: 'pass' },
  { name: 'tool server, effect done and answer lost', at: 'mcp-local', is: toolAnswers, victim: 'mcp-local', passage: 'cut' },
  { name: 'toolgate, effect done and answer lost', at: 'mcp-local', is: toolAnswers, victim: 'toolgate', passage: 'cut' },
  { name: 'toolgate, answered and not recorded', at: 'toolgate', is: settled, victim: 'toolgate', passage: 'cut' },
  { name: 'toolgate, recorded and not told', at: 'toolgate', is: gateAnswers, victim: 'toolgate', passage: 'cut' },
  { name: 'worker, told and not committed', at: 'deploy', is: commits, victim: 'deploy', passage: 'cut' },
  { name: 'worker, commit sent', at: 'deploy', is: commits, victim: 'deploy', passage: 'pass' },
  { name: 'worker, committed and not acknowledged', at: 'deploy', is: acks, victim: 'deploy', passage: 'cut' },
  { name: 'nats-server, claim on its way', at: 'toolgate', is: claimed, victim: 'nats-server', passage: 'pass' },
  { name: 'nats-server, result on its way', at: 'toolgate', is: settled, victim: 'nats-server', passage: 'pass' },
  { name: 'nats-server, commit on its way', at: 'deploy', is: commits, victim: 'nats-server', passage: 'pass' },
];

/** The goal that a publish belongs to, where its subject or content tells. */
export function goalOf(frame: Frame): string | null {
  return (
    /\bg[0-9a-hjkmnp-tv-z]{10}\b/.exec(frame.subject ?? '')?.[0] ??
    /"goal":"(g[0-9a-z]{10})"|"awo\/key":"(g[0-9a-z]{10})\./.exec(frame.text())?.slice(1).find(Boolean) ??
    null
  );
}
