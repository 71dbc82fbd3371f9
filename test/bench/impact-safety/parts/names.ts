// Names that two programs say and no import joins: keys of a cache, headers, metrics. The test runs the one and asks the other. Pure.
import { cap, depth, type Draw, type Home, jsTest, type Part, up } from '../part.ts';
import { START, START_PY } from './messages.ts';

const starters = { 'tools/start.mjs': START, 'tools/start.py': START_PY };
const LISTEN = `}).listen(0, '127.0.0.1', function () {\n  console.log(this.address().port);\n});\n`;

/** A job writes what a service reads; the key is one literal, or put together from a prefix. */
export function cacheKey(draw: Draw, home: Home, writer: 'js' | 'py', reader: 'js' | 'py'): Part {
  const [service, caller, word, value] = [draw.word(), draw.word(), draw.word(), draw.number(100, 900)];
  const key = `${word}:daily_limit`;
  const built = draw.pick([true, false]);
  const dir = writer === 'js' ? home.js(service) : home.py(service);
  const path = `${dir}/job.${writer === 'js' ? 'mjs' : 'py'}`;
  const own = reader === 'js' ? home.js(caller) : home.py(caller);
  const module = reader === 'js' ? `${word}-limit` : `${caller}_${word}_limit`;
  const files: Record<string, string> = {
    'tools/cache.mjs': CACHE,
    'tools/cache.py': CACHE_PY,
    [path]:
      writer === 'js'
        ? `const set = (key, value) => console.log(JSON.stringify([key, value]));\n\n${built ? `for (const [name, value] of [['daily_limit', ${value}]]) set(\`${word}:\${name}\`, value);\n` : `set('${key}', ${value});\n`}`
        : `import json\n\n\ndef put(key, value):\n    print(json.dumps([key, value]))\n\n\n${built ? `for name, value in {"daily_limit": ${value}}.items():\n    put(f"${word}:{name}", value)\n` : `put("${key}", ${value})\n`}`,
  };
  if (reader === 'js') {
    files[`${own}/src/${module}.js`] = `export const limit = (cache) => cache.get('${key}') ?? 0;\n`;
    files[`${own}/test/${module}.test.js`] = jsTest(
      `import { cacheAfter } from '${up(own)}../tools/cache.mjs';\nimport { limit } from '../src/${module}.js';`,
      `test('as the job left it', () => assert.equal(limit(cacheAfter('${service}')), ${value}));`,
    );
  } else {
    files[`${own}/${module}.py`] = `def limit(cache):\n    return cache.get("${key}", 0)\n`;
    files[`${own}/test_${module}.py`] =
      `import sys\nfrom pathlib import Path\n\nsys.path.append(str(Path(__file__).resolve().parents[${depth(own)}] / "tools"))\nfrom cache import cache_after  # noqa: E402\n\nfrom ${module} import limit\n\n\ndef test_limit():\n    assert limit(cache_after("${service}")) == ${value}\n`;
  }
  const wrong = built ? 'daily_limit' : key;
  return { files, aims: [{ kind: 'shared-name', path, pattern: new RegExp(wrong), replace: (line) => line.replace(wrong, wrong.replace('limit', 'most')) }] };
}

const CACHE = `import { execFileSync } from 'node:child_process';
import { existsSync, globSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** What is in the cache when the job of a service is through. */
export function cacheAfter(name) {
  const [folder] = globSync([\`*/\${name}\`, \`*/*/\${name}\`], { cwd: root });
  const js = existsSync(\`\${root}/\${folder}/job.mjs\`);
  const said = execFileSync(js ? process.execPath : 'python3', [js ? 'job.mjs' : 'job.py'], { cwd: \`\${root}/\${folder}\`, encoding: 'utf8' });
  return new Map(said.trim().split('\\n').map((line) => JSON.parse(line)));
}
`;
const CACHE_PY = `import json
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def cache_after(name):
    folder = next(path for pattern in (f"*/{name}", f"*/*/{name}") for path in ROOT.glob(pattern))
    js = (folder / "job.mjs").exists()
    said = subprocess.run(["node", "job.mjs"] if js else ["python3", "job.py"], cwd=folder, capture_output=True, text=True, check=True).stdout
    return dict(json.loads(line) for line in said.strip().splitlines())
`;

/** Set on every answer as the house writes it, read as fetch gives it: in small letters. */
export function header(draw: Draw, home: Home): Part {
  const [service, caller, word, value] = [draw.word(), draw.word(), draw.word(), draw.number(100, 900)];
  const [dir, own] = [home.js(service), home.js(caller)];
  const name = `X-${cap(word)}-Budget`;
  const path = `${dir}/main.mjs`;
  return {
    files: {
      ...starters,
      [path]: `import { createServer } from 'node:http';\n\nconst stamp = (response) => {\n  response.setHeader('${name}', '${value}');\n};\n\ncreateServer((request, response) => {\n  stamp(response);\n  response.end('ok');\n${LISTEN}`,
      [`${own}/src/${word}-budget.js`]: `export async function budget(base) {\n  const { headers } = await fetch(base);\n  return Number(headers.get('${name.toLowerCase()}'));\n}\n`,
      [`${own}/test/${word}-budget.test.js`]: jsTest(
        `import { start } from '${up(own)}../tools/start.mjs';\nimport { budget } from '../src/${word}-budget.js';`,
        `test('as much as the service says', async () => {\n  const service = await start('${service}');\n  try {\n    assert.equal(await budget(service.base), ${value});\n  } finally {\n    service.stop();\n  }\n});`,
      ),
    },
    aims: [{ kind: 'shared-name', path, pattern: new RegExp(name), replace: (line) => line.replace(name, `X-${cap(word)}-Allowance`) }],
  };
}

/** A rule of alerts speaks of a metric inside of an expression; a test beside the rules asks the service for it. */
export function metric(draw: Draw, home: Home): Part {
  const [service, rules, word, value] = [draw.word(), draw.word(), draw.word(), draw.number(100, 900)];
  const [dir, own] = [home.py(service), home.py(rules)];
  const name = `${word}_requests_failed_total`;
  const path = `${dir}/main.py`;
  return {
    files: {
      ...starters,
      [path]: `from http.server import BaseHTTPRequestHandler, HTTPServer\n\nMETRICS = {"${name}": ${value}}\n\n\nclass Handler(BaseHTTPRequestHandler):\n    def do_GET(self):\n        self.send_response(200)\n        self.end_headers()\n        self.wfile.write("".join(f"{name} {value}\\n" for name, value in METRICS.items()).encode())\n\n    def log_message(self, *_):\n        pass\n\n\nserver = HTTPServer(("127.0.0.1", 0), Handler)\nprint(server.server_port, flush=True)\nserver.serve_forever()\n`,
      [`${own}/rules.yml`]: `groups:\n  - name: ${rules}\n    rules:\n      - alert: ${cap(word)}Fails\n        expr: rate(${name}[5m]) > 0.1\n        for: 10m\n`,
      [`${own}/test_${rules}_rules.py`]: `import re\nimport sys\nfrom pathlib import Path\nfrom urllib.request import urlopen\n\nHERE = Path(__file__).resolve().parent\nsys.path.append(str(HERE.parents[${depth(own) - 1}] / "tools"))\nfrom start import started  # noqa: E402\n\n\ndef test_metrics_are_exported():\n    asked = re.findall(r"rate\\((\\w+)\\[", (HERE / "rules.yml").read_text())\n    with started("${service}") as base, urlopen(base) as answer:\n        known = answer.read().decode()\n    assert asked and all(f"{name} " in known for name in asked)\n`,
    },
    aims: [{ kind: 'shared-name', path, pattern: new RegExp(name), replace: (line) => line.replace(name, `${word}_requests_broken_total`) }],
  };
}

/** A worker of one Go command is named by text where another enqueues for it. */
export function workerName(draw: Draw, home: Home): Part {
  const [service, caller, word, value] = [draw.word(), draw.word(), draw.word(), draw.number(100, 900)];
  const [dir, own, support] = [home.go(service), home.go(caller), home.go('testenv')];
  const name = `${word}-reindex-all`;
  const path = `${dir}/cmd/main.go`;
  return {
    files: {
      [`${support}/run.go`]: `package testenv\n\nimport (\n\t"os/exec"\n\t"strings"\n\t"testing"\n)\n\n// Run gives what a command of the house says, by the name of its service.\nfunc Run(t *testing.T, name string, args ...string) string {\n\tout, err := exec.Command("go", append([]string{"run", "example.org/house/${home.go('')}" + name + "/cmd"}, args...)...).CombinedOutput()\n\tif err != nil {\n\t\tt.Fatal(string(out))\n\t}\n\treturn strings.TrimSpace(string(out))\n}\n`,
      [path]: `package main\n\nimport (\n\t"fmt"\n\t"os"\n)\n\nvar workers = map[string]func() int{\n\t"${name}": func() int { return ${value} },\n}\n\nfunc main() {\n\twork, ok := workers[os.Args[1]]\n\tif !ok {\n\t\tfmt.Println("no such worker")\n\t\treturn\n\t}\n\tfmt.Println(work())\n}\n`,
      [`${own}/enqueue.go`]: `package ${caller}\n\n// Job is what the nightly run asks for.\nfunc Job() string { return "${name}" }\n`,
      [`${own}/enqueue_test.go`]: `package ${caller}\n\nimport (\n\t"testing"\n\n\t"example.org/house/${support}"\n)\n\nfunc TestJob(t *testing.T) {\n\tif said := testenv.Run(t, "${service}", Job()); said != "${value}" {\n\t\tt.Fatal(said)\n\t}\n}\n`,
    },
    aims: [{ kind: 'shared-name', path, pattern: new RegExp(name), replace: (line) => line.replace(name, `${word}-reindex-some`) }],
  };
}
