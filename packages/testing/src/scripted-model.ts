// A server that speaks the OpenAI API and says what a test tells it to: also what a broken or hostile one would.
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Said =
  | { say: string; usage?: unknown; finish?: string }
  | { status: number; body?: string }
  | { raw: string }
  /** Nothing, for ever. */
  | { hang: true }
  /** A body without end, as fast as it is read, or one character at a time. */
  | { endless: 'fast' | 'slow' }
  | { redirect: string };

export type ScriptedModel = {
  /** For AWO_MODEL_URL. */
  url: string;
  /** What it was asked, as it came: headers and messages. */
  asked: { authorization: string | undefined; text: string }[];
  close: () => Promise<void>;
};

export async function scriptedModel(answer: (text: string) => Said): Promise<ScriptedModel> {
  const asked: ScriptedModel['asked'] = [];
  const server = createServer((request, response) => {
    void bodyOf(request).then((text) => {
      asked.push({ authorization: request.headers.authorization, text });
      give(response, answer(text));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    asked,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
}

function give(response: ServerResponse, said: Said): void {
  const json = { 'content-type': 'application/json' };
  if ('say' in said) {
    const choice = { index: 0, finish_reason: said.finish ?? 'stop', message: { role: 'assistant', content: said.say } };
    const usage = said.usage ?? { prompt_tokens: 100, completion_tokens: 20, total_tokens: 120 };
    response.writeHead(200, json).end(JSON.stringify({ id: 'x', object: 'chat.completion', created: 0, model: 'scripted', choices: [choice], usage }));
  } else if ('status' in said) response.writeHead(said.status, json).end(said.body ?? '{}');
  else if ('raw' in said) response.writeHead(200, json).end(said.raw);
  else if ('redirect' in said) response.writeHead(307, { location: said.redirect }).end();
  else if ('endless' in said) {
    response.writeHead(200, json);
    const piece = said.endless === 'fast' ? ' '.repeat(65_536) : ' ';
    const more = (): void => {
      if (response.destroyed) return;
      const taken = response.write(piece);
      if (said.endless === 'slow') setTimeout(more, 20);
      else if (taken) setImmediate(more);
      else response.once('drain', more);
    };
    more();
  }
}
