// The proof of inference: what was inferred is installed, built and started, and its health path answers on PORT.
import { execFile, spawn, spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { findFreePort } from '@awo/free-port';
import { expect, test } from 'vitest';
import { describeRepository } from './describe.ts';
import { makeRepository } from './testing-repository.ts';

const run = promisify(execFile);
const missing = (command: string, ...args: string[]) => spawnSync(command, args).status !== 0;

/** Starts the only service of these files as a tool server would, and returns what its health path answers. */
async function answerOf(files: Record<string, string>): Promise<string> {
  const made = await makeRepository();
  const port = await findFreePort();
  try {
    const [service] = (await describeRepository(made.repo, await made.commit(files))).services;
    if (!service) throw new Error('no service was inferred');
    for (const step of [...service.install, ...service.build]) await run(step.command[0] ?? '', step.command.slice(1), { cwd: join(made.dir, step.dir) });
    const [binary = '', ...args] = service.start.map((arg) => arg.replaceAll('$PORT', String(port)));
    const cwd = join(made.dir, service.dir);
    const child = spawn(binary.includes('/') ? join(cwd, binary) : binary, args, {
      cwd,
      // `node` means the Node that runs this, as with the tool server: the machine's own may be too old.
      env: { PATH: [dirname(process.execPath), process.env['PATH']].join(':'), HOME: process.env['HOME'], PORT: String(port) },
      stdio: 'inherit',
    });
    const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
    try {
      return await answered(`http://127.0.0.1:${port}${service.healthPath}`, () => child.exitCode !== null);
    } finally {
      child.kill();
      await ended;
    }
  } finally {
    await made.remove();
  }
}

async function answered(url: string, ended: () => boolean): Promise<string> {
  for (;;) {
    const reply = await fetch(url)
      .then((r) => r.text())
      .catch(() => null);
    if (reply !== null) return reply;
    if (ended()) throw new Error('the service ended before it answered');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

test('a TypeScript service of an npm workspace starts as it is', async () => {
  const files = {
    'package.json': '{ "name": "shop" }',
    'cart/package.json': '{ "name": "@shop/cart", "type": "module", "scripts": { "start": "node src/main.ts" } }',
    'cart/src/main.ts': `import { createServer } from 'node:http';\nconst port: number = Number(process.env.PORT);\ncreateServer((request, reply) => reply.end(request.url === '/healthz' ? 'cart is well' : '')).listen(port, '127.0.0.1');`,
  };
  expect(await answerOf(files)).toBe('cart is well');
});

test.skipIf(missing('go', 'version'))('a Go program is built and started', { timeout: 280_000 }, async () => {
  const files = {
    'go.mod': 'module example.org/shop\n\ngo 1.21\n',
    'cmd/shop/main.go':
      'package main\n\nimport (\n\t"fmt"\n\t"net/http"\n\t"os"\n)\n\nfunc main() {\n\thttp.HandleFunc("/livez", func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "go is well") })\n\thttp.ListenAndServe("127.0.0.1:"+os.Getenv("PORT"), nil)\n}\n',
  };
  expect(await answerOf(files)).toBe('go is well');
});

test.skipIf(missing('python3', '--version'))('a Python service of the standard library starts without an install', async () => {
  const source =
    'import os\nfrom http.server import BaseHTTPRequestHandler, HTTPServer\n\nclass H(BaseHTTPRequestHandler):\n    def do_GET(self):\n        self.send_response(200)\n        self.end_headers()\n        self.wfile.write(b"python is well" if self.path == "/health" else b"")\n\nHTTPServer(("127.0.0.1", int(os.environ["PORT"])), H).serve_forever()\n';
  expect(await answerOf({ 'services/py/server.py': source })).toBe('python is well');
});
