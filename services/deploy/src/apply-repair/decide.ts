// Whether the repair may be applied to what is there now. Pure.
import { type Configuration, holderOf, type Repair, type ServiceStatus, type Verdict } from '@awo/contracts';
import { short } from '../running.ts';
import type { ApplyFacts } from './gather.ts';

export type ApplyDecision = Verdict<'apply-repair'> & { apply: boolean };

export function decideApply({ repair, status, begun, frozen = null }: ApplyFacts): ApplyDecision {
  const what = `${repair.kind} ${repair.service}`;
  const figures = { repair: repair.kind, service: repair.service, undo: repair.undo?.do ?? 'nothing persists' };
  const refuse = (because: ApplyDecision['because'], choice: string, name: string): ApplyDecision => ({
    kind: 'apply-repair',
    because,
    choice,
    figures,
    checks: [{ name, passed: false, detail: choice.slice(0, 600) }],
    apply: false,
  });
  const moved = begun ? null : changedSince(repair, status);
  if (moved !== null) return refuse('changed-since', `${what} is not applied: ${moved}`, 'as it was when it was chosen');
  if (frozen !== null)
    return refuse('roll-back-frozen', `${what} is not applied: the revision before must not come back. ${frozen} Somebody has to go forward.`, 'way back open');
  const { check } = repair;
  if (check !== undefined) {
    const source = status?.sources?.find((s) => s.standby.includes(check.to) || s.address === check.to);
    const there = source?.answers[check.to] ?? null;
    if (there === null)
      return refuse(
        'standby-unknown',
        `${what} is not applied: ${check.to}${check.path} gives no answer, so nobody knows whether it holds the same data.`,
        'standby answers',
      );
    const known = source?.answers[check.from] ?? check.known;
    if (known === null)
      return refuse(
        'standby-unknown',
        `${what} is not applied: what ${check.from} held was never read, so ${check.to} cannot be compared with it.`,
        'primary known',
      );
    if (there !== known)
      return refuse(
        'standby-differs',
        `${what} is not applied: ${check.to} says "${there.slice(0, 80)}", ${check.from} said "${known.slice(0, 80)}".`,
        'same data',
      );
  }
  return {
    kind: 'apply-repair',
    because: 'safe-to-apply',
    choice: `${what}: ${repair.because}`.slice(0, 600),
    figures,
    checks: [{ name: 'as it was when it was chosen', passed: true, detail: `${repair.service} ${short(repair.revision)}` }],
    apply: true,
  };
}

/** Somebody else's change in between makes the way back wrong. */
function changedSince(repair: Repair, status: ServiceStatus | null): string | null {
  if (status === null) return `${repair.service} does not run any more.`;
  const holder = holderOf(status);
  if (holder !== repair.revision) return `${repair.service} runs ${short(holder)} now, not ${short(repair.revision)}.`;
  const { act, undo } = repair;
  const serving = status.revisions.find((r) => r.revision === holder)?.serving ?? [];
  if (act.do === 'drain' && !serving.some((one) => one.launch === act.process)) return `that process of ${repair.service} does not serve any more.`;
  if (act.do === 'drain' && serving.length < 2) return `no other process of ${repair.service} serves meanwhile.`;
  if (undo?.do === 'configure' && canonical(undo.configuration) !== canonical(status.configuration)) return `${repair.service} was configured anew meanwhile.`;
  if (undo?.do === 'scale' && undo.replicas !== (status.replicas?.value ?? 1)) return `${repair.service} was scaled meanwhile.`;
  if (undo?.do === 'shed' && undo.share !== (status.shed ?? 0)) return `${repair.service} turns away another share meanwhile.`;
  return null;
}

/** The order of names is no difference. */
const canonical = (one: Configuration | undefined): string =>
  JSON.stringify([
    Object.entries(one?.env ?? {}).toSorted(([a], [b]) => a.localeCompare(b)),
    (one?.files ?? []).map((f) => `${f.path} ${f.digest}`).toSorted(),
  ]);
