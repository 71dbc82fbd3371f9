// A changed lock file, on real commits: who imports what is locked differently, and when everything may.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Repository } from '@awo/repository';
import { openReachCache } from '../cache.ts';
import { type GitFixture, gitFixture, modelOf } from '../git-repository.fixture.ts';
import { analyseImpact } from './analyse.ts';

const rust = (name: string, version: string, needs = ''): string => `[[package]]\nname = "${name}"\nversion = "${version}"\nsource = "registry"\n${needs}\n`;
const poetry = (yaml: string, requests: string, soup = '1'): string =>
  `[[package]]\nname = "html-kit"\nversion = "1"\n\n[package.dependencies]\nbeautifulsoup4 = "*"\n\n[[package]]\nname = "beautifulsoup4"\nversion = "${soup}"\n\n[[package]]\nname = "pyyaml"\nversion = "${yaml}"\n\n[[package]]\nname = "requests"\nversion = "${requests}"\n\n[metadata]\npython-versions = "^3"\n`;
const gems = (nokogiri: string, adapter: string): string =>
  `GEM\n  remote: https://rubygems.org/\n  specs:\n    mysql2 (${adapter})\n    nokogiri (${nokogiri})\n\nDEPENDENCIES\n  mysql2\n  nokogiri\n`;
const composer = (mail: string, helpers: string): string =>
  JSON.stringify({
    packages: [
      { name: 'x/mail', version: mail, autoload: { 'psr-4': { 'X\\Mail\\': 'src/' } } },
      { name: 'x/helpers', version: helpers, autoload: { files: ['f.php'] } },
    ],
  });
const nuget = (version: string): string => JSON.stringify({ version: 1, dependencies: { net8: { 'Acme.Money': { type: 'Direct', resolved: version } } } });
const npm = (lodash: string, husky: string, runner: string): string =>
  JSON.stringify({
    packages: {
      '': { devDependencies: { husky: '*', runner: '*' } },
      'node_modules/lodash': { version: lodash },
      'node_modules/husky': { version: husky },
      'node_modules/runner': { version: runner },
    },
  });
const FILES: Record<string, string> = {
  'rust/Cargo.toml': '[package]\nname = "shop"\nversion = "0.1.0"\n',
  'rust/Cargo.lock': `version = 4\n\n${rust('my-crate', '1', 'dependencies = [\n "inner",\n]\n')}${rust('inner', '1')}`,
  'rust/src/lib.rs': 'pub mod used;\npub mod other;\n',
  'rust/src/used.rs': 'use my_crate::Thing;\npub fn used() {}\n',
  'rust/src/other.rs': '// my_crate is not used\npub fn other() {}\n',
  'rust/tests/used.rs': 'use shop::used::used;\n#[test]\nfn t() { used(); }\n',
  'rust/tests/other.rs': 'use shop::other::other;\n#[test]\nfn t() { other(); }\n',
  'py/pyproject.toml': '[project]\nname = "py"\ndependencies = ["PyYAML", "requests", "html_kit", "beautifulsoup4>=4"]\n',
  'py/poetry.lock': poetry('1', '1'),
  'py/a.py': 'import yaml\n',
  'py/b.py': 'import os, requests\n',
  'py/c.py': 'import html_kit\n',
  'py/test_a.py': 'import a\n',
  'py/test_c.py': 'import c\n',
  'py/test_b.py': 'import b\n',
  'ruby/Gemfile': '',
  'ruby/Gemfile.lock': gems('1', '1'),
  'ruby/lib/a.rb': 'class A\n  def parse\n    Nokogiri::XML("")\n  end\nend\n',
  'ruby/lib/b.rb': 'class B\n  NOTE = "nokogiri"\nend\n',
  'ruby/spec/a_spec.rb': "require_relative '../lib/a'\n",
  'ruby/spec/b_spec.rb': "require_relative '../lib/b'\n",
  'php/composer.json': '{"autoload":{"psr-4":{"Shop\\\\":"src/"}}}',
  'php/composer.lock': composer('1', '1'),
  'php/src/A.php': '<?php\nnamespace Shop;\n\nuse X\\Mail\\Sender;\n\nfinal class A {}\n',
  'php/src/B.php': '<?php\nnamespace Shop;\n\nfinal class B {}\n',
  'php/tests/ATest.php': '<?php\nuse Shop\\A;\nclass ATest extends TestCase {}\n',
  'php/tests/BTest.php': '<?php\nuse Shop\\B;\nclass BTest extends TestCase {}\n',
  'cs/Shop.csproj': '<Project/>',
  'cs/packages.lock.json': nuget('1'),
  'cs/src/A.cs': 'using Acme.Money;\nnamespace Shop;\npublic class A {}\n',
  'cs/tests/ATests.cs': 'namespace Shop;\npublic class ATests { [Fact] void T() { new A(); } }\n',
  'cs/tests/BTests.cs': 'namespace Other;\npublic class BTests { [Fact] void T() {} }\n',
  'js/package.json': '{"name":"js","type":"module","devDependencies":{"husky":"*","runner":"*"}}',
  'js/package-lock.json': npm('1', '1', '1'),
  'js/a.js': "import _ from 'lodash';\nexport const a = _;\n",
  'js/a.test.js': "import { a } from './a.js';\na;\n",
  'js/b.test.js': 'export {};\n',
};
const model = modelOf('root', { rust: [], py: [], ruby: [], php: [], cs: [], js: [] });
const cache = openReachCache();

let fixture: GitFixture;
let repository: Repository;
let base: string;
beforeAll(async () => {
  fixture = gitFixture();
  base = fixture.commit(FILES);
  repository = await fixture.open();
});
afterAll(() => fixture.remove());

test.each([
  [
    'Rust: an inner crate, over the one that needs it',
    'rust/Cargo.lock',
    (FILES['rust/Cargo.lock'] ?? '').replace('"inner"\nversion = "1"', '"inner"\nversion = "2"'),
    'rust/tests/used.rs 0.9',
  ],
  ['Python: a package under the name that code has for it', 'py/poetry.lock', poetry('2', '1'), 'py/test_a.py 0.9'],
  ['Python: an import of several', 'py/poetry.lock', poetry('1', '2'), 'py/test_b.py 0.9'],
  [
    'Python: one that is needed and declared, and imported by no name of it',
    'py/poetry.lock',
    poetry('1', '1', '2'),
    'py/test_c.py 0.9, py/test_a.py 0.45, py/test_b.py 0.45',
  ],
  ['Ruby: a gem by its constant', 'ruby/Gemfile.lock', gems('2', '1'), 'ruby/spec/a_spec.rb 0.9'],
  ['Ruby: a gem that no code names: any code', 'ruby/Gemfile.lock', gems('1', '2'), 'ruby/spec/a_spec.rb 0.45, ruby/spec/b_spec.rb 0.45'],
  ['Ruby: one of each', 'ruby/Gemfile.lock', gems('2', '2'), 'ruby/spec/a_spec.rb 0.9, ruby/spec/b_spec.rb 0.45'],
  ['PHP: a package by the namespace that it loads', 'php/composer.lock', composer('2', '1'), 'php/tests/ATest.php 0.9'],
  ['PHP: a package of functions: any code', 'php/composer.lock', composer('2', '2'), 'php/tests/ATest.php 0.9, php/tests/BTest.php 0.45'],
  [
    '.NET: namespaces need not be the package: any code, who says the name most surely',
    'cs/packages.lock.json',
    nuget('2'),
    'cs/tests/ATests.cs 0.9, cs/tests/BTests.cs 0.45',
  ],
  ['npm: an import', 'js/package-lock.json', npm('2', '1', '1'), 'js/a.test.js 0.9'],
  ['npm: what only watches commits beside it', 'js/package-lock.json', npm('2', '2', '1'), 'js/a.test.js 0.9'],
  ['npm: a tool that nobody imports beside it: any code', 'js/package-lock.json', npm('2', '1', '2'), 'js/a.test.js 0.9, js/b.test.js 0.45'],
])('%s', async (_, path, after, tests) => {
  const head = fixture.commit({ ...FILES, [path]: after });
  const report = await analyseImpact(repository, model, base, head, { cache, history: false });
  expect(report.tests.map(({ file, probability }) => `${file} ${probability}`).join(', ')).toBe(tests);
});

test('packages whose users no name shows are named', async () => {
  const head = fixture.commit({ ...FILES, 'ruby/Gemfile.lock': gems('2', '2') });
  const { tests } = await analyseImpact(repository, model, base, head, { cache, history: false });
  expect(tests.at(-1)?.reasons.map(({ text }) => text)).toContain('who uses mysql2 of Gemfile.lock shows by no name');
});
