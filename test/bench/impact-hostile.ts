// node test/bench/impact-hostile.ts [word of a case]: impact of a change in repositories that are too much: one file of 200 MB, a tree of 100,000 files. Time and memory, a process each.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { analyseImpact, openReachCache } from '@awo/code-graph';
import { describeRepository, openRepository } from '@awo/repository';

const LARGE = 200 * 1024 * 1024;
const MANY = 100_000;
type Write = (text: string | Buffer) => Promise<void>;

/** Texts for `git fast-import`: nothing is checked out, so that making the repository is not what takes the time. */
const CASES: Record<string, (write: Write, commit: number) => Promise<void>> = {
  'one file of 200 MB of text': async (write, commit) => {
    await file(write, 'package.json', '{"name":"a"}');
    await file(write, 'src/data.json', Buffer.alloc(LARGE, `{"row":${commit}},\n`));
    await file(write, 'src/load.js', "import data from './data.json' with { type: 'json' };\nexport const rows = data;\n");
    await file(write, 'test/load.test.js', "import '../src/load.js';\n");
  },
  'one source of 200 MB': async (write, commit) => {
    await file(write, 'package.json', '{"name":"a"}');
    await file(write, 'src/bundle.js', Buffer.alloc(LARGE, `export const x = ${commit};\n`));
    await file(write, 'test/bundle.test.js', "import '../src/bundle.js';\n");
  },
  '100,000 files': async (write, commit) => {
    await file(write, 'package.json', '{"name":"root","private":true,"workspaces":["p/*"]}');
    for (let i = 0; i < MANY; i++) {
      const dir = `p/u${Math.floor(i / 500)}`;
      if (i % 500 === 0) await file(write, `${dir}/package.json`, `{"name":"u${Math.floor(i / 500)}"}`);
      const test = i % 5 === 4;
      await file(
        write,
        `${dir}/${test ? `test/m${i}.test.js` : `src/m${i}.js`}`,
        test ? `import '../src/m${i - 1}.js';\n` : `export const v${i} = ${i === 8 ? commit : i};\n`,
      );
    }
  },
};

const file = (write: Write, path: string, text: string | Buffer): Promise<void> =>
  write(Buffer.concat([Buffer.from(`M 100644 inline ${path}\ndata ${Buffer.byteLength(text)}\n`), Buffer.from(text), Buffer.from('\n')]));

async function make(dir: string, fill: (write: Write, commit: number) => Promise<void>): Promise<void> {
  execFileSync('git', ['init', '-q', '--bare', '-b', 'main', dir]);
  const child = spawn('git', ['-C', dir, 'fast-import', '--quiet'], { stdio: ['pipe', 'inherit', 'inherit'] });
  const write: Write = async (text) => {
    if (!child.stdin.write(text)) await once(child.stdin, 'drain');
  };
  for (const commit of [1, 2]) {
    // The second commit's parent is the first: the branch is known to this run.
    await write(`commit refs/heads/main\ncommitter bench <bench@example.org> ${1_700_000_000 + commit} +0000\ndata 1\nx\n`);
    await fill(write, commit);
    await write('\n');
  }
  child.stdin.end();
  await once(child, 'exit');
}

async function look(dir: string): Promise<void> {
  const started = performance.now();
  const repository = await openRepository(dir);
  const { sha, parent } = await repository.resolve('main');
  const cache = openReachCache();
  const report = await analyseImpact(repository, await describeRepository(repository, sha), parent, sha, { cache });
  cache.close();
  await repository.close();
  const { graph, units, tests, fallback } = report;
  console.log(
    JSON.stringify({
      files: graph.files,
      units: units.length,
      tests: tests.length,
      fallback: fallback?.because ?? null,
      ms: Math.round(performance.now() - started),
      computedMs: Math.round(process.cpuUsage().user / 1000 + process.cpuUsage().system / 1000),
      peakMb: Math.round(process.resourceUsage().maxRSS / 1024),
    }),
  );
}

const [given = '', repository] = process.argv.slice(2);
if (repository !== undefined) await look(repository);
else
  for (const [name, fill] of Object.entries(CASES).filter(([one]) => one.includes(given))) {
    const dir = mkdtempSync(join(tmpdir(), 'impact-hostile-'));
    try {
      await make(dir, fill);
      console.log(`${name}: ${execFileSync(process.execPath, [import.meta.filename, name, dir], { encoding: 'utf8' }).trim()}`);
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  }
