// Somebody else's tool server, as small as MCP over HTTP allows: one tool, plain JSON answers, no session.
import type { IncomingMessage, ServerResponse } from 'node:http';

type Rpc = {
  id?: number | string;
  method: string;
  params?: { protocolVersion?: string; arguments?: Record<string, unknown>; _meta?: Record<string, unknown> };
};
type Note = (args: Record<string, unknown>, meta: Record<string, unknown>) => Promise<string>;

const TOOL = { name: 'note', description: 'Notes something down.', inputSchema: { type: 'object', properties: {} } };

export async function answerMcp(request: IncomingMessage, response: ServerResponse, note: Note): Promise<void> {
  // No stream of its own accord: the protocol lets a server say so.
  if (request.method !== 'POST') return void response.writeHead(405).end();
  let body = '';
  for await (const chunk of request) body += String(chunk);
  const { id, method, params = {} } = JSON.parse(body) as Rpc;
  if (id === undefined) return void response.writeHead(202).end();
  const answer = (content: object) =>
    void response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ jsonrpc: '2.0', id, ...content }));
  if (method === 'initialize')
    return answer({ result: { protocolVersion: params.protocolVersion, capabilities: { tools: {} }, serverInfo: { name: 'far', version: '1' } } });
  if (method === 'tools/list') return answer({ result: { tools: [TOOL] } });
  if (method !== 'tools/call') return answer({ error: { code: -32_601, message: `no ${method} here` } });
  try {
    answer({ result: { content: [{ type: 'text', text: await note(params.arguments ?? {}, params._meta ?? {}) }] } });
  } catch (error) {
    answer({ result: { isError: true, content: [{ type: 'text', text: error instanceof Error ? error.message : String(error) }] } });
  }
}
