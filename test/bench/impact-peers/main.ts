// node test/bench/impact-peers/main.ts [files...]: whole `awo impact` beside `nx affected` and `turbo --affected` on the same repository, in the same run.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { changeOf, generated } from './workspace.ts';

const VERSIONS = { nx: '24.0.6', turbo: '2.11.11' };
const TIMES = 4;
const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
type Spent = { wallMs: number; cpuMs: number };
type Way = { name: string; run: (repo: string, env: NodeJS.ProcessEnv) => [program: string, args: string[]] };

const WAYS: readonly Way[] = [
  { name: 'awo impact', run: (repo) => [join(ROOT, 'bin/awo'), ['impact', '--repo', repo, '--base', 'HEAD~1', '-o', 'json']] },
  {
    name: `nx ${VERSIONS.nx} show projects --affected`,
    run: (repo) => [join(repo, 'node_modules/.bin/nx'), ['show', 'projects', '--affected', '--base=HEAD~1', '--head=HEAD', '--json']],
  },
  { name: `turbo ${VERSIONS.turbo} ls --affected`, run: (repo) => [join(repo, 'node_modules/.bin/turbo'), ['ls', '--affected', '--output=json']] },
];

/** Wall and computing time of the process and those that it started and waited for, as the shell's `time` has them. */
function spend(way: Way, repo: string, env: NodeJS.ProcessEnv): Spent {
  const [program, args] = way.run(repo, env);
  const measured = `const{spawnSync}=require('node:child_process');const t=performance.now();const r=spawnSync(process.argv[1],process.argv.slice(2),{stdio:['ignore','ignore','inherit']});const ms=performance.now()-t;console.log(JSON.stringify({status:r.status,ms}))`;
  const result = spawnSync('bash', ['-c', 'TIMEFORMAT="%U %S"; time "$@" 3>&1 1>&3', 'time', process.execPath, '-e', measured, program, ...args], {
    cwd: repo,
    env,
    encoding: 'utf8',
  });
  const { status, ms } = JSON.parse(result.stdout.trim().split('\n').at(-1) ?? '{}') as { status: number; ms: number };
  if (status !== 0) throw new Error(`${way.name} ended with ${status}: ${result.stderr.slice(-600)}`);
  const [user = 0, system = 0] = result.stderr.trim().split('\n').at(-1)?.split(' ').map(Number) ?? [];
  return { wallMs: Math.round(ms), cpuMs: Math.round((user + system) * 1000) };
}

function measure(size: number, tools: string): void {
  const dir = mkdtempSync(join(tmpdir(), 'impact-peers-'));
  const git = (...args: string[]): string =>
    execFileSync('git', ['-C', dir, '-c', 'user.name=bench', '-c', 'user.email=bench@example.org', '-c', 'gc.auto=0', ...args], { encoding: 'utf8' });
  const env = {
    ...process.env,
    AWO_HOME: join(dir, '.git', 'awo'),
    TURBO_SCM_BASE: 'HEAD~1',
    TURBO_SCM_HEAD: 'HEAD',
    TURBO_TELEMETRY_DISABLED: '1',
    DO_NOT_TRACK: '1',
    NX_DAEMON: 'false',
    NX_NO_CLOUD: 'true',
    NX_TUI: 'false',
    NX_CACHE_DIRECTORY: join(dir, '.git', 'nx'),
    NX_WORKSPACE_DATA_DIRECTORY: join(dir, '.git', 'nx-data'),
    CI: 'true',
  };
  try {
    for (const [path, text] of generated(size, VERSIONS)) {
      mkdirSync(dirname(join(dir, path)), { recursive: true });
      writeFileSync(join(dir, path), text);
    }
    symlinkSync(join(tools, 'node_modules'), join(dir, 'node_modules'));
    git('init', '-q', '-b', 'main');
    git('add', '-A');
    git('commit', '-q', '-m', 'base');
    git('repack', '-adq');
    const commit = (n: number): void => {
      const [path, text] = changeOf(n);
      writeFileSync(join(dir, path), text);
      git('commit', '-qam', 'change');
    };
    commit(0);
    const cold = WAYS.map((way) => spend(way, dir, env));
    const warm = WAYS.map((): Spent[] => []);
    for (let n = 1; n <= TIMES; n += 1) {
      commit(n);
      for (const [i, way] of WAYS.entries()) warm[i]?.push(spend(way, dir, env));
    }
    for (const [i, way] of WAYS.entries()) {
      // The fastest run: other work on the machine only ever adds.
      const best = (pick: (one: Spent) => number): number => Math.min(...(warm[i] ?? []).map(pick));
      console.log(`| ${size} | ${way.name} | ${cold[i]?.wallMs} / ${cold[i]?.cpuMs} | ${best((one) => one.wallMs)} / ${best((one) => one.cpuMs)} |`);
    }
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

const tools = mkdtempSync(join(tmpdir(), 'impact-peers-tools-'));
try {
  writeFileSync(join(tools, 'package.json'), '{"private":true}');
  execFileSync('npm', ['install', '--no-audit', '--no-fund', '--silent', ...Object.entries(VERSIONS).map(([name, version]) => `${name}@${version}`)], {
    cwd: tools,
  });
  console.log('| files | command | cold: wall / computing ms | next commit, new process: wall / computing ms |\n|---:|---|---:|---:|');
  const sizes = process.argv.slice(2).map(Number);
  for (const size of sizes.length > 0 ? sizes : [100, 1000, 10_000]) measure(size, tools);
} finally {
  rmSync(tools, { recursive: true, force: true });
}
