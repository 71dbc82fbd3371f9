// How long the impact analysis takes on generated repositories of three languages: cold, warm, and for the next commit of a running process.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { analyseImpact, openReachCache } from '@awo/code-graph';
import { describeRepository, openRepository } from '@awo/repository';

type Figures = { files: number; coldMs: number; warmMs: number; nextMs: number; describeMs: number; peakMb: number; units: number; tests: number };

/** `warm`: everything parsed before, nothing in memory. `next`: one more commit, analysed by the same process. */
async function measure(size: number): Promise<Figures> {
  const dir = mkdtempSync(join(tmpdir(), 'awo-bench-impact-'));
  try {
    const git = (...args: string[]): string =>
      execFileSync('git', ['-c', 'user.name=bench', '-c', 'user.email=bench@example.org', '-c', 'gc.auto=0', ...args], { cwd: dir, encoding: 'utf8' }).trim();
    git('init', '-q');
    for (const [path, text] of generated(size)) write(dir, path, text);
    git('add', '-A');
    git('commit', '-q', '-m', 'base');
    git('repack', '-adq');
    const change = (value: number): string => {
      write(dir, 'js/p0/src/m1.js', `import { v0 } from './m0.js';\nexport const v1 = () => v0() + ${value};\n`);
      git('commit', '-qam', 'change');
      return git('rev-parse', 'HEAD');
    };
    const [base, head] = [git('rev-parse', 'HEAD'), change(2)];
    const cacheDir = join(dir, '.git', 'cache');
    const run = async (from: string, to: string, cache: ReturnType<typeof openReachCache>) => {
      const repository = await openRepository(dir);
      const described = performance.now();
      const model = await describeRepository(repository, to);
      const started = performance.now();
      const report = await analyseImpact(repository, model, from, to, { cache });
      await repository.close();
      return { ms: performance.now() - started, describeMs: started - described, report };
    };
    const first = openReachCache({ dir: cacheDir });
    const cold = await run(base, head, first);
    first.close();
    const second = openReachCache({ dir: cacheDir });
    const warm = await run(base, head, second);
    const next = await run(head, change(3), second);
    second.close();
    return {
      files: warm.report.graph.files,
      coldMs: Math.round(cold.ms),
      warmMs: Math.round(warm.ms),
      nextMs: Math.round(next.ms),
      describeMs: Math.round(next.describeMs),
      peakMb: Math.round(process.resourceUsage().maxRSS / 1024),
      units: warm.report.units.length,
      tests: warm.report.tests.length,
    };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

function write(dir: string, path: string, text: string): void {
  mkdirSync(dirname(join(dir, path)), { recursive: true });
  writeFileSync(join(dir, path), text);
}

/** Half JavaScript in workspaces, a quarter each Python and Go; 50 files to a package, one test to four files, each file imports two before it. */
function* generated(size: number): Generator<[string, string]> {
  yield ['package.json', '{"private":true,"workspaces":["js/*"]}'];
  yield ['go/go.mod', 'module example.org/bench\n\ngo 1.22\n'];
  yield ['py/pyproject.toml', '[project]\nname = "bench"\nversion = "0.1.0"\n'];
  for (let i = 0; i < size; i++) {
    const unit = Math.floor(i / 50);
    const n = i % 50;
    const filler = `${i} `.repeat(60);
    if (unit % 4 < 2) {
      const home = `js/p${unit}`;
      if (n === 0)
        yield [
          `${home}/package.json`,
          `{"name":"@bench/p${unit}","type":"module","exports":"./src/m0.js","dependencies":{${unit > 1 ? '"@bench/p0":"*"' : ''}}}`,
        ];
      const before =
        n === 0
          ? unit > 1
            ? `import { v0 as far } from '@bench/p0';\nexport const v0 = () => far();\n`
            : 'export const v0 = () => 1;\n'
          : `import { v${n - 1} } from './m${n - 1}.js';\nimport { v${n >> 1} as half } from './m${n >> 1}.js';\nexport const v${n} = () => v${n - 1}() + half() + Number(process.env.BENCH_${i});\n`;
      yield n % 5 === 4
        ? [
            `${home}/test/m${n}.test.js`,
            `import test from 'node:test';\nimport { v${n - 1} } from '../src/m${n - 1 - Number((n - 1) % 5 === 4)}.js';\ntest('v', () => v${n - 1}());\n`,
          ]
        : [
            `${home}/src/m${n}.js`,
            `${before.replaceAll(/m(\d*[49])\.js/g, (_, d: string) => `m${Number(d) - 1}.js`).replaceAll(/\bv(\d*[49])\b/g, (_, d: string) => (Number(d) === n ? `v${d}` : `v${Number(d) - 1}`))}// ${filler}\n`,
          ];
    } else if (unit % 4 === 2) {
      yield n % 5 === 4
        ? [`py/pkg${unit}/test_m${n}.py`, `from pkg${unit}.m${n - 1} import v${n - 1}\n\n\ndef test_v():\n    assert v${n - 1}()\n`]
        : [
            `py/pkg${unit}/m${n}.py`,
            `${n > 0 && n % 5 > 0 ? `from pkg${unit}.m${n - 1} import v${n - 1}\n` : ''}\n\ndef v${n}():\n    return ${n}\n# ${filler}\n`,
          ];
    } else {
      yield n % 5 === 4
        ? [`go/pkg${unit}/m${n}_test.go`, `package pkg${unit}\n\nimport "testing"\n\nfunc TestV${n}(t *testing.T) { V${n - 1}() }\n`]
        : [
            `go/pkg${unit}/m${n}.go`,
            `package pkg${unit}\n${unit > 3 && n === 0 ? '\nimport _ "example.org/bench/pkg3"\n' : ''}\nfunc V${n}() int { return ${n} }\n// ${filler}\n`,
          ];
    }
  }
}

const sizes = process.argv.slice(2).map(Number);
for (const size of sizes.length > 0 ? sizes : [100, 1000, 10_000]) process.stdout.write(`${JSON.stringify(await measure(size))}\n`);
