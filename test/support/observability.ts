// The rules and panels of deploy/observability, and the metrics that they name.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CHECKOUT } from '@awo/embedded';
import { parse } from 'yaml';
import { z } from 'zod';

export const OBSERVABILITY = join(CHECKOUT, 'deploy', 'observability');
const read = (name: string) => readFileSync(join(OBSERVABILITY, name), 'utf8');

const Rule = z.object({
  alert: z.string(),
  expr: z.string(),
  for: z.string().optional(),
  labels: z.record(z.string(), z.string()),
  annotations: z.record(z.string(), z.string()),
});
export type Rule = z.infer<typeof Rule>;
export const rules = (): Rule[] =>
  z
    .object({ groups: z.array(z.object({ rules: z.array(Rule) })) })
    .parse(parse(read('alerts.yaml')))
    .groups.flatMap((group) => group.rules);

const Dashboard = z.object({ panels: z.array(z.object({ title: z.string(), targets: z.array(z.object({ expr: z.string() })).min(1) })) });
export const panels = () => Dashboard.parse(JSON.parse(read('dashboard.json'))).panels;

/** Metric names in a PromQL expression: what is left when matchers and groupings are taken out. */
export function metricsIn(expr: string): string[] {
  const bare = expr.replaceAll(/\{[^}]*\}/g, '').replaceAll(/\b(by|without|on|ignoring)\s*\([^)]*\)/g, '');
  return [...bare.matchAll(/\b(awo_\w+|up)\b/g)].map(([name]) => name);
}
