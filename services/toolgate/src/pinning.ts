// Pinned tool definitions: what a tool said it is when it was attached is what it must still say when it is called. Pure.
import { createHash } from 'node:crypto';

export type Definition = { name: string; description?: string | undefined; inputSchema: unknown; outputSchema?: unknown; annotations?: unknown };

/** Digest of everything a caller relies on, independent of the order of keys. */
export function definitionDigest(definition: Definition): string {
  const { name, description, inputSchema, outputSchema, annotations } = definition;
  return createHash('sha256').update(canonical({ name, description, inputSchema, outputSchema, annotations })).digest('hex');
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, v: unknown) =>
    v && typeof v === 'object' && !Array.isArray(v) ? Object.fromEntries(Object.entries(v).sort(([a], [b]) => (a < b ? -1 : 1))) : v,
  );
}

export type PinState = 'pinned' | 'changed' | 'new';

/** `changed` quarantines the tool until a person pins it anew; so does `new`: a tool that was not there when the server was attached. */
export const pinState = (digest: string, pinned: string | undefined): PinState => (pinned === undefined ? 'new' : pinned === digest ? 'pinned' : 'changed');

/** Read-only tools can be asked again; of anything else the effect is unknown, so it is asked once. */
export const effectOf = (annotations: unknown): 'none' | 'unknown' => (says(annotations, 'readOnlyHint') ? 'none' : 'unknown');

/** Asking twice with the same arguments is as good as once, in the tool's own pinned words. */
export const isIdempotent = (annotations: unknown): boolean => says(annotations, 'idempotentHint');

const says = (annotations: unknown, hint: string): boolean =>
  typeof annotations === 'object' && annotations !== null && Reflect.get(annotations, hint) === true;
