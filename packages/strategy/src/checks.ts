// What a chosen strategy is held against: the wish, the budget of each step, the way back, room for two, freezes. Pure.
import type { Verdict } from '@awo/contracts';
import { STEP_SHARE_OF_BUDGET, budgetLeft } from './exposure.ts';
import { hasControl, type Reasoned, type Reckoned } from './choose-for-service.ts';
import { hasRoom } from './holds.ts';
import { num } from './words.ts';

export function checksOf(r: Reckoned, chosen: Reasoned): NonNullable<Verdict['checks']> {
  const { facts, service, s, steps, burn } = r;
  const checks: NonNullable<Verdict['checks']> = [];
  if (facts.wish !== 'auto') {
    const kept = chosen.strategy === facts.wish;
    const detail = kept ? `${facts.wish} is possible here.` : `${facts.wish} was asked for; ${chosen.because} makes it ${chosen.strategy}.`;
    checks.push({ name: 'wish-can-be-met', passed: kept, detail });
  }
  if (chosen.strategy === 'canary') {
    const worst = Math.max(...steps.map((step) => step.atStake));
    const may = STEP_SHARE_OF_BUDGET * budgetLeft(s);
    const detail = `What may have gone unnoticed costs ${num(worst)} requests at the dearest step; a tenth of what is left of the budget is ${num(may)}.`;
    checks.push({ name: 'each-step-within-budget', passed: worst <= may, detail });
  }
  if (chosen.strategy === 'canary' && facts.policy.control !== undefined)
    checks.push({ name: 'control', passed: hasControl(service, facts), detail: controlWords(r) });
  const { wayBack } = service;
  if (service.change.base !== null && service.baseRuns) {
    checks.push({ name: 'way-back', passed: wayBack.frozenFrom === null && wayBack.certain, detail: wayBack.because });
    checks.push({ name: 'room-for-two', passed: hasRoom(service), detail: roomWords(r) });
  }
  if (burn.alert) checks.push({ name: 'budget-not-burning', passed: false, detail: burn.alert.because });
  return checks;
}

function controlWords(r: Reckoned): string {
  if (r.facts.policy.control === false) return 'awo.yaml wants no control: the new one is compared with processes that are older than it.';
  if (!hasRoom(r.service, 2)) return `No room for a control: ${roomWords(r)} The new one is compared with processes that are older than it.`;
  return 'A fresh process of the old one is started with the new one and gets as much traffic: being young is no difference between them.';
}

function roomWords({ service: { capacity } }: Reckoned): string {
  const mb = (bytes: number | null): string => (bytes === null ? 'an unknown amount' : `${Math.round(bytes / 1048576)} MB`);
  return `${mb(capacity.memoryFreeBytes)} of memory free, the old one takes ${mb(capacity.memoryOfBaseBytes)}.`;
}
