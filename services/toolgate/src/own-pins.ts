// The digests that our own servers' tools must have: computed from the contracts this toolgate was built with.
import { CAPABILITIES } from '@awo/contracts';
import { createLogger } from '@awo/telemetry';
import { buildServer } from '@awo/tools';
import { Client, InMemoryTransport } from '@modelcontextprotocol/client';
import { definitionDigest } from './pinning.ts';

let computed: Promise<Map<string, string>> | undefined;

/** Capability name to digest. Asked of a server in memory, so that both sides went through the same protocol code. */
export const ownPins = (): Promise<Map<string, string>> => (computed ??= compute());

async function compute(): Promise<Map<string, string>> {
  const [ours, theirs] = InMemoryTransport.createLinkedPair();
  const tools = CAPABILITIES.map((capability) => ({ capability, handle: async () => ({}) }));
  const server = buildServer({ name: 'pins', version: '0', tools }, createLogger('toolgate', 'pins', 'silent'), new AbortController().signal);
  const client = new Client({ name: 'pins', version: '0' });
  await Promise.all([server.connect(theirs), client.connect(ours)]);
  const { tools: listed } = await client.listTools();
  await client.close();
  return new Map(listed.map((t) => [t.name, definitionDigest(t)]));
}
