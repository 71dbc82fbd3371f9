// Who may ask for what, and which server carries it out: read from deploy/toolgate/policy.yaml. The questions are pure.
import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { z } from 'zod';

export const Policy = z.strictObject({
  allow: z.record(z.string(), z.array(z.string())),
  servers: z.record(z.string(), z.array(z.string())),
});
export type Policy = z.infer<typeof Policy>;

export async function readPolicy(file: URL): Promise<Policy> {
  return Policy.parse(parse(await readFile(file, 'utf8')));
}

const matches = (pattern: string, name: string) => (pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : pattern === name);

export const isAllowed = (policy: Policy, by: string, capability: string): boolean => (policy.allow[by] ?? []).some((pattern) => matches(pattern, capability));

/** The server of ours behind a capability, or undefined. */
export const serverOf = (policy: Policy, capability: string): string | undefined =>
  Object.entries(policy.servers).find(([, patterns]) => patterns.some((pattern) => matches(pattern, capability)))?.[0];
