// The span tree of a goal from its log alone: intake, one invoke_agent per step, gather, decide and execute_tool below. Pure.
import type { Commit, Event, ToolCall } from '@awo/contracts';
import { stepTitle } from './words.ts';

/** Times in milliseconds since 1970. */
export type Span = { name: string; detail: string; start: number; end: number; status: 'ok' | 'error' | 'running'; children: Span[] };

type Look = { start: number; end: number; decided: string | undefined; before: ToolCall[]; after: ToolCall[] };
type Work = { step: string; role: string; title: string; start: number; end: number | null; failed: boolean; looks: Look[]; resumesAt: number };

/** `now` ends what still runs. An empty log has no tree. */
export function spansOf(commits: readonly Commit[], now: number): Span | null {
  const [first] = commits;
  const last = commits.at(-1);
  if (!first || !last) return null;
  const start = Date.parse(first.at);
  const ended = last.state.ended;
  const end = ended ? Date.parse(ended.at) : now;
  const intake: Span = { name: 'intake', detail: `from ${first.state.source}`, start, end: start, status: 'ok', children: [] };
  return {
    name: `goal ${first.state.spec.kind}`,
    detail: first.goal,
    start,
    end,
    status: !ended ? 'running' : ended.outcome === 'done' ? 'ok' : 'error',
    children: [intake, ...worksOf(commits).map((work) => stepSpan(work, end, ended !== undefined))],
  };
}

function worksOf(commits: readonly Commit[]): Work[] {
  const works = new Map<string, Work>();
  for (const commit of commits) {
    const at = Date.parse(commit.at);
    for (const event of commit.events) {
      if (event.type !== 'step.dispatched') continue;
      const step = commit.state.steps.find((s) => s.id === event.step);
      works.set(event.step, {
        step: event.step,
        role: step?.role ?? '',
        title: step ? stepTitle(step) : event.step,
        start: at,
        end: null,
        failed: false,
        looks: [],
        resumesAt: at,
      });
    }
    const touched = new Set(commit.events.flatMap((e) => ('step' in e && e.type !== 'step.dispatched' ? [e.step] : [])));
    for (const id of touched) {
      const work = works.get(id);
      if (work)
        addLook(
          work,
          commit.events.filter((e) => 'step' in e && e.step === id),
          at,
        );
    }
  }
  return [...works.values()];
}

/** Events stand in the order in which things happened: tools before the decision gathered its facts, those after it carried it out. */
function addLook(work: Work, events: readonly Event[], at: number): void {
  const look: Look = { start: Math.min(work.resumesAt, at), end: at, decided: undefined, before: [], after: [] };
  for (const event of events) {
    if (event.type === 'decision.made') look.decided = event.decision.because;
    else if (event.type === 'tool.called') (look.decided === undefined ? look.before : look.after).push(event.call);
    else if (event.type === 'step.waited') work.resumesAt = Date.parse(event.until);
    else if (event.type === 'step.passed' || event.type === 'step.failed') {
      work.end = at;
      work.failed = event.type === 'step.failed';
    }
  }
  if (look.decided !== undefined || look.before.length > 0) work.looks.push(look);
}

/** The step that ends the goal has no end of its own. */
function stepSpan(work: Work, end: number, over: boolean): Span {
  const status = work.end === null && !over ? 'running' : work.failed ? 'error' : 'ok';
  const looks = work.looks.map(lookSpans);
  const children =
    looks.length === 1
      ? (looks[0] ?? [])
      : work.looks.map((look, i): Span => ({
          name: `look ${i + 1}`,
          detail: look.decided ?? '',
          start: look.start,
          end: look.end,
          status: 'ok',
          children: looks[i] ?? [],
        }));
  return { name: `invoke_agent ${work.role}`, detail: work.title, start: work.start, end: work.end ?? end, status, children };
}

const endOf = (call: ToolCall) => Date.parse(call.startedAt) + call.durationMs;

function lookSpans(look: Look): Span[] {
  const firstAct = look.after[0];
  const decidedAt = firstAct ? Date.parse(firstAct.startedAt) : look.before.length > 0 ? Math.max(...look.before.map(endOf)) : look.end;
  const tool = (call: ToolCall): Span => ({
    name: `execute_tool ${call.capability}`,
    detail: `${call.server}, ${call.outcome}`,
    start: Date.parse(call.startedAt),
    end: endOf(call),
    status: call.outcome === 'error' ? 'error' : 'ok',
    children: [],
  });
  return [
    { name: 'gather', detail: '', start: look.start, end: Math.max(look.start, decidedAt), status: 'ok', children: look.before.map(tool) },
    ...(look.decided ? [{ name: 'decide', detail: look.decided, start: decidedAt, end: decidedAt, status: 'ok' as const, children: [] }] : []),
    ...look.after.map(tool),
  ];
}
