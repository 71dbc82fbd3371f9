// Calls a tool of a server over MCP and turns the answer into a result or an error that says what happens next.
import { RetryableError, TerminalError } from '@awo/contracts';
import type { ErrorCode } from '@awo/contracts';
import { META, ToolErrorMeta } from '@awo/tools';
import type { CallToolResult, Client } from '@modelcontextprotocol/client';

/** Our servers report progress every two seconds while they work. */
const SILENCE_MS = 10_000;

export type ServerCall = {
  client: Client;
  tool: string;
  args: Record<string, unknown>;
  timeoutMs: number;
  /** Foreign servers need not report progress: their silence is only bounded by `timeoutMs`. */
  heartbeats: boolean;
  meta: { key: string | null; fence: number; traceparent: string | undefined };
};

/** Lost: no answer came, so whether there was an effect is unknown. */
export class LostCall extends RetryableError {
  override name = 'LostCall';
}

/** Throws LostCall, or what the tool said. */
export async function callServer({ client, tool, args, timeoutMs, heartbeats, meta }: ServerCall): Promise<CallToolResult> {
  const _meta = {
    [META.fence]: meta.fence,
    ...(meta.key ? { [META.key]: meta.key } : {}),
    ...(meta.traceparent ? { [META.traceparent]: meta.traceparent } : {}),
  };
  let result: CallToolResult;
  try {
    result = (await client.callTool(
      { name: tool, arguments: args, _meta },
      heartbeats ? { timeout: SILENCE_MS, resetTimeoutOnProgress: true, maxTotalTimeout: timeoutMs, onprogress: () => {} } : { timeout: timeoutMs },
    )) as CallToolResult;
  } catch (error) {
    throw new LostCall('tool-unavailable', `The server of ${tool} gave no answer: ${error instanceof Error ? error.message : String(error)}.`, 1000);
  }
  if (result.isError) throw toolError(tool, result);
  return result;
}

function toolError(tool: string, result: CallToolResult): Error {
  const said = textOf(result) || `${tool} failed without a word`;
  const next = ToolErrorMeta.safeParse(result._meta?.[META.error]);
  if (!next.success) return new TerminalError('tool-failed', said);
  if (next.data.retryAfterMs !== null) return new RetryableError(next.data.code as ErrorCode, said, next.data.retryAfterMs);
  return new TerminalError(next.data.code as ErrorCode, said);
}

const textOf = (result: CallToolResult) => result.content.flatMap((c) => (c.type === 'text' ? [c.text] : [])).join('\n');

/** A foreign tool's answer as gates see it. */
export function externalResult(result: CallToolResult): Record<string, unknown> {
  const text = textOf(result);
  return { text, json: parseJson(text), structured: result.structuredContent ?? null };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
