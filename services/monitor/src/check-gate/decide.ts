// Does the gate's answer satisfy its expression? Pure.
import { Environment } from '@marcbachmann/cel-js';
import type { Verdict } from '@awo/contracts';
import type { GateFacts } from './facts.ts';

export type GateDecision = Verdict<'check-gate'> & { askAgain: boolean };

/** CEL over what came back and what is about to go live. Unknown names are errors, not false. */
const language = new Environment().registerVariable('result', 'dyn').registerVariable('change', 'dyn').registerVariable('environment', 'string');

export function decideGate(facts: GateFacts): GateDecision {
  const { gate, answer } = facts;
  const figures = { gate: gate.name, tool: gate.tool, pass: gate.pass.slice(0, 400) };
  if (answer.kind === 'error') {
    const choice = `Gate ${gate.name}: ${gate.tool} gave no answer: ${answer.message}`;
    return { kind: 'check-gate', because: 'gate-unanswered', choice: choice.slice(0, 600), figures, askAgain: answer.again };
  }
  const verdict = evaluate(facts, answer.result);
  const checks = [
    { name: gate.name, passed: verdict.kind === 'value' && verdict.value, detail: `${gate.pass} on ${JSON.stringify(answer.result)}`.slice(0, 600) },
  ];
  if (verdict.kind === 'error') {
    const choice = `Gate ${gate.name}: "${gate.pass}" has no truth value for the answer of ${gate.tool}: ${verdict.message}`;
    return { kind: 'check-gate', because: 'gate-unanswered', choice: choice.slice(0, 600), figures, checks, askAgain: false };
  }
  const because = verdict.value ? 'gate-passed' : 'gate-failed';
  const choice = `Gate ${gate.name}: "${gate.pass}" is ${verdict.value} for the answer of ${gate.tool}.`;
  return { kind: 'check-gate', because, choice: choice.slice(0, 600), figures, checks, askAgain: false };
}

function evaluate(facts: GateFacts, result: Record<string, unknown>): { kind: 'value'; value: boolean } | { kind: 'error'; message: string } {
  try {
    const value: unknown = language.evaluate(facts.gate.pass, { result, change: facts.change, environment: facts.environment });
    if (typeof value === 'boolean') return { kind: 'value', value };
    return { kind: 'error', message: `it gives ${value === null ? 'null' : typeof value}, not true or false` };
  } catch (error) {
    // CEL throws for a syntax error and for a key that the answer does not have. Neither lets anything pass.
    return { kind: 'error', message: (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '' };
  }
}
