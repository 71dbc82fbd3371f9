// What services say to each other: routes served and called, subjects published and consumed, fields of what is said. Pure.
import { camel, depth, type Draw, type Home, jsTest, type Part, up } from '../part.ts';

/** The server is started by its name, as compose would; the client knows the path. */
export function route(draw: Draw, home: Home, server: 'js' | 'py', client: 'js' | 'py'): Part {
  const [service, caller, word, value] = [draw.word(), draw.word(), draw.word(), draw.number(100, 900)];
  const dir = server === 'js' ? home.js(service) : home.py(service);
  const main = `${dir}/main.${server === 'js' ? 'mjs' : 'py'}`;
  const files: Record<string, string> = {};
  const path = `/${word}s`;
  files[main] =
    server === 'js'
      ? `import { createServer } from 'node:http';\n\nconst server = createServer((request, response) => {\n  const url = new URL(request.url, 'http://localhost');\n  if (url.pathname === '/healthz') {\n    response.end('ok');\n    return;\n  }\n  if (url.pathname.startsWith('${path}/')) {\n    const id = url.pathname.split('/').at(-1);\n    response.setHeader('content-type', 'application/json');\n    response.end(JSON.stringify({ id, price: ${value} }));\n    return;\n  }\n  response.statusCode = 404;\n  response.end();\n});\nserver.listen(Number(process.env.PORT ?? 0), '127.0.0.1', () => console.log(server.address().port));\n`
      : `import json\nimport os\nfrom http.server import BaseHTTPRequestHandler, HTTPServer\n\n\nclass Handler(BaseHTTPRequestHandler):\n    def do_GET(self):\n        path = self.path\n        if path == "/healthz":\n            return self.answer(200, {})\n        if path.startswith("${path}/"):\n            return self.answer(200, {"id": path.split("/")[-1], "price": ${value}})\n        return self.answer(404, {})\n\n    def answer(self, status, body):\n        self.send_response(status)\n        self.end_headers()\n        self.wfile.write(json.dumps(body).encode())\n\n    def log_message(self, *_):\n        pass\n\n\nserver = HTTPServer(("127.0.0.1", int(os.environ.get("PORT", "0"))), Handler)\nprint(server.server_port, flush=True)\nserver.serve_forever()\n`;
  const kindOfDir = server === 'js' ? 'JS' : 'PY';
  files['tools/start.mjs'] = START;
  files['tools/start.py'] = START_PY;
  if (client === 'js') {
    const own = home.js(caller);
    const call = draw.pick([`fetch(\`\${base}${path}/\${id}\`)`, `fetch(new URL('${path}/' + id, base))`, `fetch(base + '${path}/' + id)`]);
    files[`${own}/src/${word}-client.js`] =
      `/** What one costs, as its service says. */\nexport async function priceOf(base, id) {\n  const answer = await ${call};\n  if (!answer.ok) throw new Error(String(answer.status));\n  const { price } = await answer.json();\n  return price;\n}\n`;
    files[`${own}/test/${word}-client.test.js`] = jsTest(
      `import { start } from '${up(own)}../tools/start.mjs';\nimport { priceOf } from '../src/${word}-client.js';`,
      `test('the price is the one that the service has', async () => {\n  const service = await start('${service}');\n  try {\n    assert.equal(await priceOf(service.base, 'a1'), ${value});\n  } finally {\n    service.stop();\n  }\n});`,
    );
  } else {
    const own = home.py(caller);
    const call = draw.pick([`urlopen(f"{base}${path}/{id}")`, `urlopen(base + "${path}/" + id)`]);
    files[`${own}/${caller}_${word}.py`] =
      `import json\nfrom urllib.request import urlopen\n\n\ndef price_of(base, id):\n    with ${call} as answer:\n        return json.load(answer)["price"]\n`;
    files[`${own}/test_${caller}_${word}.py`] =
      `import sys\nfrom pathlib import Path\n\nsys.path.append(str(Path(__file__).resolve().parents[${depth(own)}] / "tools"))\nfrom start import started  # noqa: E402\n\nfrom ${caller}_${word} import price_of\n\n\ndef test_price():\n    with started("${service}") as base:\n        assert price_of(base, "a1") == ${value}\n`;
  }
  void kindOfDir;
  return { files, aims: [{ kind: 'route', path: main, pattern: new RegExp(`${path}/|${value}`) }] };
}

/** Finds a service on disk by its name. */
export const START = `import { spawn } from 'node:child_process';
import { existsSync, globSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Starts a service on a free port. */
export async function start(name) {
  const [folder] = globSync([\`*/\${name}\`, \`*/*/\${name}\`], { cwd: root });
  const js = existsSync(\`\${root}/\${folder}/main.mjs\`);
  const child = spawn(js ? process.execPath : 'python3', [js ? 'main.mjs' : 'main.py'], { cwd: \`\${root}/\${folder}\`, env: { ...process.env, PORT: '0' }, stdio: ['ignore', 'pipe', 'inherit'] });
  const port = await new Promise((settle, fail) => {
    child.stdout.once('data', (text) => settle(Number(String(text))));
    child.once('exit', () => fail(new Error(\`\${name} ended\`)));
  });
  return { base: \`http://127.0.0.1:\${port}\`, stop: () => child.kill('SIGKILL') };
}
`;
export const START_PY = `import contextlib
import os
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


@contextlib.contextmanager
def started(name):
    folder = next(path for pattern in (f"*/{name}", f"*/*/{name}") for path in ROOT.glob(pattern))
    js = (folder / "main.mjs").exists()
    child = subprocess.Popen(["node", "main.mjs"] if js else ["python3", "main.py"], cwd=folder, env={**os.environ, "PORT": "0"}, stdout=subprocess.PIPE, text=True)
    try:
        yield f"http://127.0.0.1:{int(child.stdout.readline())}"
    finally:
        child.kill()
`;

/** Publisher and consumer are joined by the name alone: the test runs every publisher there is and hands on what they say. */
export function subject(draw: Draw, home: Home, publisher: 'js' | 'py', consumer: 'js' | 'py'): Part {
  const [service, listener, word, value] = [draw.word(), draw.word(), draw.word(), draw.number(100, 900)];
  const name = `${word}.${draw.pick(['created', 'shipped', 'refunded'])}`;
  const field = camel('total', word);
  const dir = publisher === 'js' ? home.js(service) : home.py(service);
  const main = `${dir}/publish.${publisher === 'js' ? 'mjs' : 'py'}`;
  const files: Record<string, string> = {
    'tools/publishers.mjs': PUBLISHERS,
    'tools/publishers.py': PUBLISHERS_PY,
    [main]:
      publisher === 'js'
        ? `const publish = (subject, data) => console.log(JSON.stringify({ subject, data }));\n\npublish('${name}', { ${field}: ${value} });\n`
        : `import json\n\n\ndef publish(subject, data):\n    print(json.dumps({"subject": subject, "data": data}))\n\n\npublish("${name}", {"${field}": ${value}})\n`,
  };
  if (consumer === 'js') {
    const own = home.js(listener);
    const listen = draw.pick([
      `export const sums = (bus) => {\n  let sum = 0;\n  bus.subscribe('${name}', (data) => {\n    sum += data.${field};\n  });\n  return () => sum;\n};\n`,
      `export const sums = (bus) => {\n  let sum = 0;\n  bus.on('${name}', ({ ${field} }) => {\n    sum += ${field};\n  });\n  return () => sum;\n};\n`,
      `const SUBJECT = '${name}';\nexport const sums = (bus) => {\n  let sum = 0;\n  bus.subscribe(SUBJECT, (data) => {\n    sum += data['${field}'];\n  });\n  return () => sum;\n};\n`,
    ]);
    files[`${own}/src/${word}-sums.js`] = listen;
    files[`${own}/test/${word}-sums.test.js`] = jsTest(
      `import { allMessages } from '${up(own)}../tools/publishers.mjs';\nimport { sums } from '../src/${word}-sums.js';`,
      `test('what is published is added up', () => {\n  const heard = {};\n  const subscribe = (subject, handler) => (heard[subject] = handler);\n  const sum = sums({ subscribe, on: subscribe });\n  for (const { subject, data } of allMessages()) heard[subject]?.(data);\n  assert.equal(sum(), ${value});\n});`,
    );
  } else {
    const own = home.py(listener);
    files[`${own}/${listener}_${word}.py`] =
      `class Sums:\n    def __init__(self, bus):\n        self.sum = 0\n        bus.subscribe("${name}", self.add)\n\n    def add(self, data):\n        self.sum += data["${field}"]\n`;
    files[`${own}/test_${listener}_${word}.py`] =
      `import sys\nfrom pathlib import Path\n\nsys.path.append(str(Path(__file__).resolve().parents[${depth(own)}] / "tools"))\nfrom publishers import all_messages  # noqa: E402\n\nfrom ${listener}_${word} import Sums\n\n\nclass Bus(dict):\n    def subscribe(self, subject, handler):\n        self[subject] = handler\n\n\ndef test_sums():\n    bus = Bus()\n    sums = Sums(bus)\n    for message in all_messages():\n        bus.get(message["subject"], print)(message["data"])\n    assert sums.sum == ${value}\n`;
  }
  return {
    files,
    aims: [
      { kind: 'subject', path: main, pattern: new RegExp(`publish\\(['"]`) },
      { kind: 'field', path: main, pattern: new RegExp(field), replace: (line) => line.replace(field, camel('whole', word)) },
    ],
  };
}

const PUBLISHERS = `import { execFileSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

export function allMessages() {
  const run = (program, file) => execFileSync(program, [file], { cwd: root, encoding: 'utf8' });
  const lines = globSync('**/publish.{mjs,py}', { cwd: root }).flatMap((file) => run(file.endsWith('.py') ? 'python3' : process.execPath, file).trim().split('\\n'));
  return lines.map((line) => JSON.parse(line));
}
`;
const PUBLISHERS_PY = `import json
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def all_messages():
    found = []
    for path in [*ROOT.rglob("publish.mjs"), *ROOT.rglob("publish.py")]:
        out = subprocess.run(["node" if path.suffix == ".mjs" else "python3", str(path)], capture_output=True, text=True, check=True).stdout
        found += [json.loads(line) for line in out.strip().splitlines()]
    return found
`;
