// What kind of file a path names, by name alone. Pure.
import type { ImpactedFile } from '@awo/contracts';

export type FileKind = ImpactedFile['kind'];

const set = (words: string): ReadonlySet<string> => new Set(words.split(' '));

const LOCKFILES = set(
  'package-lock.json npm-shrinkwrap.json yarn.lock pnpm-lock.yaml bun.lock bun.lockb deno.lock go.sum go.work.sum poetry.lock Pipfile.lock uv.lock pdm.lock pylock.toml Cargo.lock gradle.lockfile Gemfile.lock composer.lock packages.lock.json',
);
const MANIFESTS = set(
  'package.json pnpm-workspace.yaml lerna.json go.mod go.work pyproject.toml setup.py setup.cfg Pipfile Cargo.toml pom.xml build.gradle build.gradle.kts settings.gradle settings.gradle.kts gradle.properties libs.versions.toml Gemfile composer.json deno.json deno.jsonc',
);
const CODE = set(
  'js mjs cjs jsx ts mts cts tsx vue svelte astro py pyi pyx go prisma s c h cc cpp cxx hpp m mm rs java kt kts scala groovy clj cs fs vb rb erb php pl lua ex exs erl hs ml dart swift zig r jl sh bash zsh fish ps1 bat sql proto graphql gql thrift avsc wasm ejs hbs pug njk mustache handlebars jinja jinja2 j2 tmpl gotmpl gohtml cel rego wat',
);
const STYLES = set('css scss sass less styl pcss postcss');
const ASSETS = set('html htm xhtml svg png jpg jpeg gif webp avif ico bmp tiff woff woff2 ttf otf eot mp3 mp4 webm ogg wav mov webmanifest pdf map');
const DOCS = set('md markdown mdx rst adoc asciidoc');
const CONFIGS = set('json jsonc json5 yaml yml toml ini cfg conf cnf env properties xml tf tfvars hcl cue plist lock dockerfile');
const CONFIG_NAMES = set(
  'makefile gnumakefile justfile procfile dockerfile containerfile jenkinsfile rakefile vagrantfile caddyfile taskfile build workspace .npmrc .nvmrc .node-version .python-version .tool-versions .go-version .ruby-version .dockerignore .gitattributes .gitmodules .babelrc .eslintrc .prettierrc .swcrc .browserslistrc .yarnrc .flaskenv .envrc',
);
const DOC_NAMES = set(
  'license licence notice authors contributors copying changelog changes readme security codeowners maintainers .gitignore .editorconfig .mailmap .git-blame-ignore-revs',
);
const TEST_DIRS = set('test tests __tests__ __test__ spec specs e2e __mocks__ __snapshots__ __fixtures__ testdata cypress playwright');
const TEMPLATE_DIRS = set('templates views layouts partials');
const VENDORED = set('node_modules vendor third_party .venv venv site-packages');

/** Last part of a path. */
export const basename = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** Lower-case ending without the dot; empty where there is none. */
export function extension(path: string): string {
  const name = basename(path);
  const dot = name.lastIndexOf('.');
  return dot < 1 ? '' : name.slice(dot + 1).toLowerCase();
}

/** The folder that holds other people's code (`node_modules`, `vendor`): null where the path is the repository's own. */
export function vendoredIn(path: string): string | null {
  const parts = path.split('/');
  const at = parts.findIndex((part, i) => i < parts.length - 1 && VENDORED.has(part));
  return at < 0 ? null : parts.slice(0, at).join('/') || '.';
}

const isTestName = (name: string): boolean =>
  /[._-](test|spec|e2e|cy)\.[^.]+$/.test(name) ||
  /_test\.(go|py)$/.test(name) ||
  /^test_.*\.py$/.test(name) ||
  name === 'conftest.py' ||
  name.endsWith('.snap') ||
  /Tests?\.(java|kt|scala|cs)$/.test(name);

/** `path` is relative to the repository; `unit` is the directory of its owner, so that a unit that is called "test" keeps its code. */
export function classify(path: string, unit: string | null): FileKind {
  const name = basename(path);
  const lower = name.toLowerCase();
  const ending = extension(path);
  if (vendoredIn(path) !== null || LOCKFILES.has(name)) return 'lockfile';
  if (MANIFESTS.has(name) || /^(requirements|constraints)[\w.-]*\.(txt|in)$/.test(lower)) return 'manifest';

  const inside = unit === null || unit === '.' ? path : path.slice(unit.length + 1);
  const dirs = inside.split('/').slice(0, -1);
  const stem = lower.replace(/\.[^.]*$/, '');
  if (DOCS.has(ending) || DOC_NAMES.has(lower) || (DOC_NAMES.has(stem) && (ending === 'txt' || ending === ''))) return 'docs';
  if (CONFIG_NAMES.has(lower) || CONFIG_NAMES.has(stem) || /^\.env(\.|$)/.test(lower) || /^(dockerfile|containerfile|docker-compose|compose)[.-]/.test(lower))
    return 'config';
  if (isTestName(lower) || isTestName(name) || dirs.some((dir, i) => TEST_DIRS.has(dir) || (dir === 'fixtures' && i > 0 && TEST_DIRS.has(dirs[i - 1] ?? ''))))
    return 'test';
  if (dirs.some((dir) => dir === 'docs' || dir === 'doc') && (ASSETS.has(ending) || STYLES.has(ending) || ending === 'txt')) return 'docs';
  if (/\.config\.(js|mjs|cjs|ts|mts|cts)$/.test(lower)) return 'config';
  if (STYLES.has(ending)) return 'style';
  // A server renders these: a mistake in one is an error answer, not a wrong colour.
  if ((ending === 'html' || ending === 'htm') && dirs.some((dir) => TEMPLATE_DIRS.has(dir))) return 'code';
  if (ASSETS.has(ending) || lower === 'robots.txt') return 'asset';
  if (CODE.has(ending)) return 'code';
  if (CONFIGS.has(ending) || dirs[0] === '.github' || dirs[0] === '.circleci' || dirs[0] === '.ci') return 'config';
  return 'unknown';
}
