// What a suite sees of the caller's environment: the tools on PATH and how to reach package registries. No secrets.
import { copyFile, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Settings } from '../settings.ts';

/** Where tools and certificates are, and which registry to use. Everything else of the caller stays with the caller. */
const HANDED_ON =
  /^(SSL_CERT_(FILE|DIR)|NODE_EXTRA_CA_CERTS|REQUESTS_CA_BUNDLE|CURL_CA_BUNDLE|PIP_(CERT|INDEX_URL|EXTRA_INDEX_URL|FIND_LINKS|NO_INDEX|DISABLE_PIP_VERSION_CHECK)|npm_config_(registry|cafile)|NPM_CONFIG_(REGISTRY|CAFILE)|https?_proxy|no_proxy|all_proxy|HTTPS?_PROXY|NO_PROXY|ALL_PROXY|GO(PROXY|SUMDB|NOSUMDB|NOSUMCHECK|PRIVATE|TOOLCHAIN|ROOT)|JAVA_HOME|M2_HOME|MAVEN_HOME|PYENV_ROOT|RUSTUP_HOME|RUSTUP_TOOLCHAIN|ASDF_DIR|ASDF_DATA_DIR|MISE_DATA_DIR|TZ)$/;

const HAS_PASSWORD = /\/\/[^/\s@]+@/;

/** The environment of a suite's command and of its installs. `run` marks every process of one run. */
export function suiteEnvironment(settings: Settings, tmp: string, run: string): Record<string, string> {
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(settings.callerEnv))
    if (value !== undefined && HANDED_ON.test(name) && !HAS_PASSWORD.test(value)) env[name] = value;
  return {
    ...toolHomes(settings.callerEnv),
    ...env,
    PATH: [dirname(process.execPath), settings.callerEnv.PATH ?? '/usr/local/bin:/usr/bin:/bin'].join(':'),
    HOME: privateHome(settings),
    TMPDIR: tmp,
    LANG: 'C.UTF-8',
    CI: 'true',
    AWO_TEST_RUN: run,
  };
}

/**
 * With a private HOME these would no longer find what is installed for the user, and Go would compile its standard library
 * for every installation anew: minutes. Its cache is addressed by content and shared with the builds that follow.
 */
function toolHomes(caller: Settings['callerEnv']): Record<string, string> {
  const home = caller.HOME;
  if (home === undefined) return {};
  const caches = caller.XDG_CACHE_HOME ?? (process.platform === 'darwin' ? join(home, 'Library', 'Caches') : join(home, '.cache'));
  return {
    RUSTUP_HOME: join(home, '.rustup'),
    PYTHONUSERBASE: join(home, '.local'),
    GOCACHE: caller.GOCACHE ?? join(caches, 'go-build'),
    GOMODCACHE: caller.GOMODCACHE ?? join(caller.GOPATH ?? join(home, 'go'), 'pkg', 'mod'),
  };
}

const privateHome = (settings: Settings): string => join(settings.root, 'home');

/** Makes the private HOME (kept, so that package caches are filled once) with the registry lines of the caller's .npmrc, never its tokens. */
export async function prepareHome(settings: Settings): Promise<void> {
  const home = privateHome(settings);
  await mkdir(home, { recursive: true });
  // Without it Node would take "type": "module" for a repository that has no package.json from a package.json further up.
  await writeFile(join(settings.root, 'package.json'), '{ "private": true }\n');
  const caller = settings.callerEnv.HOME;
  if (caller === undefined) return;
  const npmrc = await readFile(join(caller, '.npmrc'), 'utf8').catch(() => '');
  const kept = npmrc.split('\n').filter((line) => /^\s*((@[^:\s]+:)?registry|cafile|strict-ssl)\s*=/.test(line) && !HAS_PASSWORD.test(line));
  await writeFile(join(home, '.npmrc'), `${['fund=false', 'audit=false', 'update-notifier=false', ...kept].join('\n')}\n`);
  const gitconfig = join(home, '.gitconfig');
  if (!(await exists(gitconfig))) await writeFile(gitconfig, '[user]\n\tname = awo tests\n\temail = tests@localhost\n[init]\n\tdefaultBranch = main\n');
  const pip = join(caller, '.config', 'pip', 'pip.conf');
  if (await exists(pip)) await copyWithoutPasswords(pip, join(home, '.config', 'pip', 'pip.conf'));
}

async function copyWithoutPasswords(from: string, to: string): Promise<void> {
  if (HAS_PASSWORD.test(await readFile(from, 'utf8'))) return;
  await mkdir(dirname(to), { recursive: true });
  await copyFile(from, to);
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
