// Lays the evidence of an incident out as `awo diagnose` reads it, and asks the same function for the causes.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { evidenceCollect, REPAIR_INPUTS, type RootCauses } from '@awo/contracts';
import type { StepContext } from '@awo/agent';
import { diagnose, readEvidence } from '@awo/root-cause';
import { evidenceFiles } from './evidence-files.ts';

export type ExplainFacts = { service: string; symptom: string; since: number; answer: RootCauses; looks?: number };

export async function gatherCauses(ctx: StepContext): Promise<ExplainFacts> {
  const { environment, service, symptom } = REPAIR_INPUTS['explain-incident'].parse(ctx.step.input);
  const observed = ctx.state.steps.find((s) => s.kind === 'observe-incident')?.output;
  const collected = await ctx.call(evidenceCollect, { environment, seconds: 600, logs: true });
  const since = typeof observed?.since === 'number' ? observed.since : collected.at - 10_000;
  const seen = typeof observed?.says === 'string' ? observed.says : symptom;
  const disturbed = Array.isArray(observed?.disturbed) ? (observed.disturbed as [number, number][]) : [];
  const files = evidenceFiles(collected, { service, symptom: `${symptom}. ${seen}`, since, disturbed });
  const dir = await mkdtemp(join(tmpdir(), 'awo-incident-'));
  try {
    await Promise.all(Object.entries(files).map(([name, text]) => writeFile(join(dir, name), text)));
    return { service, symptom, since, answer: diagnose(await readEvidence(dir)), looks: ctx.looks };
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}
