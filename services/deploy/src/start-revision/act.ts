// Reports how the start went.
import type { StepContext, StepResult } from '@awo/agent';
import type { StartVerdict } from './decide.ts';
import type { StartFacts } from './gather.ts';

export async function reportStart(_ctx: StepContext, verdict: StartVerdict, { change, result }: StartFacts): Promise<StepResult> {
  if (result.kind === 'failed') return { kind: 'failed', code: result.code, message: result.message };
  if (verdict.because === 'never-healthy') return { kind: 'failed', code: 'unhealthy', message: verdict.choice };
  return {
    kind: 'passed',
    output: { service: change.service, revision: change.head, state: result.state, address: result.address, startupMs: result.startupMs },
  };
}
