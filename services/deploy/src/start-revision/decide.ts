// Whether the new revision may go on to traffic. Pure.
import type { Verdict } from '@awo/contracts';
import { short } from '../running.ts';
import type { StartFacts } from './gather.ts';

export type StartVerdict = Verdict<'start-revision'>;

export function judgeStart({ change, result, sideBySide }: StartFacts): StartVerdict {
  const what = `${change.service} ${short(change.head)}`;
  const alternatives = [{ kind: 'shift traffic without waiting', rejectedBecause: 'A revision that has not answered its health check gets no customers.' }];
  if (result.kind === 'failed') {
    const because = result.code === 'unhealthy' ? 'never-healthy' : 'could-not-start';
    return {
      kind: 'start-revision',
      because,
      choice: `${what} gets no traffic: ${result.message}`.slice(0, 600),
      figures: { code: result.code, oldEndsFirst: !sideBySide },
      alternatives,
    };
  }
  const { controlled } = result;
  const figures = {
    state: result.state,
    startupMs: Math.round(result.startupMs),
    port: result.port,
    oldEndsFirst: !sideBySide,
    ...(controlled === undefined ? {} : { controlled }),
  };
  const beside =
    controlled === undefined
      ? ''
      : controlled
        ? ' A process of the old one as young as it runs beside it.'
        : ' Its control did not start: it is compared with the older processes.';
  const checks = [{ name: 'ready', passed: result.state === 'ready', detail: `The revision is ${result.state}.` }];
  if (result.state !== 'ready')
    return { kind: 'start-revision', because: 'never-healthy', choice: `${what} gets no traffic: it is ${result.state}.`, figures, alternatives, checks };
  if (result.alreadyRunning)
    return { kind: 'start-revision', because: 'already-running', choice: `${what} runs already and is healthy.${beside}`, figures, alternatives, checks };
  return {
    kind: 'start-revision',
    because: 'healthy-at-start',
    choice: `${what} is healthy after ${Math.round(result.startupMs)} ms, without traffic.${beside}`,
    figures,
    alternatives,
    checks,
  };
}
