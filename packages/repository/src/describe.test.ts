// What is inferred from repositories of several kinds, and what is not.
import { expect, test } from 'vitest';
import { describeRepository } from './describe.ts';
import { describeFiles, makeRepository } from './testing-repository.ts';

const starts = (model: Awaited<ReturnType<typeof describeFiles>>) => Object.fromEntries(model.services.map(({ name, start }) => [name, start.join(' ')]));
const npm = (value: object) => JSON.stringify(value, null, 1);

test('a workspace of npm packages: services, libraries, suites and relations, each with its line', async () => {
  const model = await describeFiles({
    'package.json': npm({ name: 'shop', workspaces: ['packages/*', 'services/*'], scripts: { test: 'npm test --workspaces' } }),
    'package-lock.json': '{}',
    'packages/money/package.json': npm({ name: '@shop/money', main: 'src/index.ts', scripts: { test: 'node --test src/*.test.ts' } }),
    'packages/money/src/index.ts': `export const health = (app) => app.get('/healthz', () => 'ok');`,
    'packages/money/src/index.test.ts': `import { createServer } from 'node:http';\ncreateServer().listen(process.env.PORT);`,
    'services/cart/package.json': npm({
      name: '@shop/cart',
      scripts: { start: 'node --enable-source-maps src/main.ts', test: 'vitest run' },
      dependencies: { '@shop/money': '*' },
    }),
    'services/cart/src/main.ts': `import { createServer } from 'node:http';\nconst catalog = process.env.CATALOG_URL;\ncreateServer().listen(Number(process.env.PORT));\nconst db = process.env['DATABASE_URL'];`,
    'services/catalog/package.json': npm({
      name: '@shop/catalog',
      scripts: { start: 'tsx watch src/index.ts', test: 'NODE_ENV=test jest --runInBand' },
      devDependencies: { tsx: '4' },
    }),
    'services/catalog/src/index.ts': `import express from 'express';\nconst { PORT = 3000 } = process.env;\nexpress().get('/health', ok).listen(PORT);`,
    'services/web/package.json': npm({ name: '@shop/web', scripts: { build: 'vite build', test: 'npm run build && mocha' }, devDependencies: { vite: '7' } }),
    'services/web/index.html': '',
  });
  expect(starts(model)).toEqual({
    cart: 'node --enable-source-maps src/main.ts',
    catalog: 'node --import tsx src/index.ts',
    web: 'npx --no-install vite preview --host 127.0.0.1 --port $PORT --strictPort',
  });
  const install = { dir: '.', command: ['npm', 'ci', '--no-audit', '--no-fund'], lockfile: 'package-lock.json' };
  const [cart, catalog, web] = model.services;
  expect(cart).toMatchObject({
    unit: 'services/cart',
    healthPath: '/healthz',
    dependsOn: ['catalog'],
    install: [install],
    at: 'services/cart/package.json:4',
    sideBySide: true,
  });
  expect(catalog).toMatchObject({ healthPath: '/health', dependsOn: [] });
  expect(web).toMatchObject({ healthPath: '/', build: [{ dir: 'services/web', command: ['npm', 'run', 'build'] }] });
  expect(model.units.find(({ id }) => id === 'services/cart')?.dependsOn).toEqual([{ unit: 'packages/money', at: 'services/cart/package.json:8' }]);
  expect(Object.fromEntries(model.suites.map(({ id, command, runner }) => [id, [runner, command.join(' ')]]))).toEqual({
    'packages-money': ['node:test', 'node --test --test-reporter=tap src/*.test.ts'],
    'services-cart': ['vitest', 'npx --no-install vitest run --reporter=json'],
    'services-catalog': ['jest', 'env NODE_ENV=test npx --no-install jest --runInBand --ci --json'],
    'services-web': ['mocha', 'npx --no-install mocha --reporter json'],
  });
  expect(model.suites.find(({ id }) => id === 'services-web')?.install.map(({ command }) => command.join(' '))).toEqual([
    'npm ci --no-audit --no-fund',
    'npm run build',
  ]);
  expect(model.findings).toContainEqual(expect.objectContaining({ about: 'cart', what: 'variable', value: 'DATABASE_URL', at: 'services/cart/src/main.ts:4' }));
  expect(model.findings).toContainEqual(expect.objectContaining({ about: 'web', what: 'health path', level: 'guess' }));
});

test('pnpm and yarn workspaces install by their own lock files', async () => {
  const member = {
    'a/package.json': npm({ name: 'a', dependencies: { b: 'workspace:*' }, scripts: { start: 'node .' } }),
    'a/index.js': 'x.listen(process.env.PORT)',
    'b/package.json': npm({ name: 'b' }),
  };
  const pnpm = await describeFiles({ ...member, 'package.json': '{}', 'pnpm-workspace.yaml': 'packages: [a, "b*"]\n', 'pnpm-lock.yaml': '' });
  expect(pnpm.services[0]?.install).toEqual([{ dir: '.', command: ['pnpm', 'install', '--frozen-lockfile'], lockfile: 'pnpm-lock.yaml' }]);
  expect(pnpm.units.find(({ id }) => id === 'a')?.dependsOn[0]?.unit).toBe('b');
  const yarn = await describeFiles({ ...member, 'package.json': npm({ workspaces: { packages: ['*'] } }), 'yarn.lock': '', '.yarnrc.yml': '' });
  expect(yarn.services[0]?.install[0]?.command).toEqual(['yarn', 'install', '--immutable']);
});

test('one file that listens on PORT is a service under the name of its repository, and nothing is installed for it', async () => {
  const model = await describeFiles({ 'server.js': `require('http').createServer().listen(process.env.PORT);` }, undefined, 'my.shop');
  expect(model.services).toMatchObject([{ name: 'my-shop', unit: '.', start: ['node', 'server.js'], install: [], healthPath: '/', at: 'server.js:1' }]);
  expect(model.units).toMatchObject([{ id: '.', kind: 'root', manifest: null }]);
});

test.each([
  ['node dist/index.js', ['node', 'dist/index.js'], ['npm run build']],
  ['node --watch --env-file=.env -r ./s.js s.js --verbose', ['node', '-r', './s.js', 's.js', '--verbose'], []],
  ['cross-env NODE_ENV=production PORT=80 nodemon --quiet s.js', ['node', 's.js'], []],
  ['npm run serve:it', ['node', 's.js'], []],
  ['next start', ['npx', '--no-install', 'next', 'start'], ['npm run build']],
  ['sleep 1; node s.js', ['npm', 'run', 'start'], ['npm run build']],
])('the start script %j becomes arguments', async (start, argv, build) => {
  const scripts = { start, build: 'tsc', 'serve:it': 'node s.js' };
  const model = await describeFiles({ 'package.json': npm({ name: 'a', scripts }), 's.js': 'app.listen(process.env.PORT)' });
  expect(model.services[0]?.start).toEqual(argv);
  expect(model.services[0]?.build.map(({ command }) => command.join(' '))).toEqual(build);
});

test.each([
  [
    'a library with a listen() of its own',
    { 'package.json': npm({ name: 'koa', main: 'lib/a.js' }), 'lib/a.js': 'listen(...args) { return http.createServer(cb).listen(...args) }' },
  ],
  [
    'a package whose tests alone listen',
    { 'package.json': npm({ name: 'lib', main: 'index.js' }), 'index.js': 'exports.a = 1', 'test/server.js': 'app.listen(process.env.PORT)' },
  ],
  [
    'a Go library',
    {
      'go.mod': 'module x.org/lib\n',
      'lib.go': 'package lib\nimport "net/http"\n',
      'lib_test.go': 'package lib\nfunc TestA(t *testing.T) { os.Getenv("PORT") }',
    },
  ],
  ['a Python library', { 'pyproject.toml': '[project]\nname = "lib"\n', 'lib/__init__.py': '', 'lib/client.py': 'import http.client' }],
])('%s is no service, and the finding says how to name one', async (_, files) => {
  const model = await describeFiles(files as Record<string, string>);
  expect(model.services).toEqual([]);
  expect(model.findings).toContainEqual(expect.objectContaining({ what: 'services', level: 'missing' }));
});

test.each([
  ['s.js:1', { 'package.json': npm({ scripts: { start: 'node s.js' } }), 's.js': 'app.listen(3000)' }],
  ['main.go:3', { 'go.mod': 'module x.org/a\n', 'main.go': 'package main\nimport "net/http"\nfunc main() { http.ListenAndServe(":8080", nil) }' }],
  ['app.py:2', { 'app.py': 'from http.server import HTTPServer\nHTTPServer(("0.0.0.0", 8000), H).serve_forever()\n' }],
])('a fixed port is no PORT: reported at %s, because two revisions must run side by side', async (at, files) => {
  const model = await describeFiles(files as Record<string, string>);
  expect(model.services).toEqual([]);
  expect(model.findings).toContainEqual(
    expect.objectContaining({ what: 'service', level: 'missing', at, value: expect.stringMatching(/fixed port (3000|8080|8000)/) }),
  );
});

test('Go: two main packages and a local module; routes are looked for in what a program imports', async () => {
  const model = await describeFiles({
    'go.mod':
      'module example.org/shop/v2\n\ngo 1.22\n\nrequire (\n\texample.org/money v0.0.0\n\tgithub.com/go-chi/chi/v5 v5.0.0 // indirect\n)\n\nreplace example.org/money => ./money\n',
    'go.sum': '',
    'money/go.mod': 'module example.org/money\n',
    'money/money_test.go': 'package money\nfunc TestA(t *testing.T) {}',
    'cmd/api/main.go':
      'package main\nimport (\n"net/http"\n"example.org/shop/v2/internal/web"\n)\nfunc main() { http.ListenAndServe(":"+os.Getenv("PORT"), web.Handler()) }',
    'cmd/admin/main.go': 'package main\nimport "net/http"\nvar addr = flag.String("addr", ":8081", "")\nfunc main() { http.ListenAndServe(*addr, nil) }',
    'cmd/migrate/main.go': 'package main\nfunc main() {}',
    'internal/web/web.go': 'package web\nfunc Handler() { mux.HandleFunc("GET /healthz", ok) }',
  });
  expect(starts(model)).toEqual({ admin: '.awo-bin/admin -addr=127.0.0.1:$PORT', api: '.awo-bin/api' });
  expect(model.services.find(({ name }) => name === 'api')).toMatchObject({
    dir: '.',
    healthPath: '/healthz',
    build: [{ dir: '.', command: ['go', 'build', '-o', '.awo-bin/api', './cmd/api'] }],
  });
  expect(model.units).toMatchObject([
    { id: '.', dependsOn: [{ unit: 'money', at: 'go.mod:6' }] },
    { id: 'money', dependsOn: [] },
  ]);
  expect(model.suites).toMatchObject([{ id: 'money', command: ['go', 'test', '-json', './...'], install: [] }]);
});

test('Go: modules of a go.work use each other without naming it', async () => {
  const model = await describeFiles({
    'go.work': 'go 1.22\n\nuse (\n\t./app\n\t./lib\n)\n',
    'app/go.mod': 'module x.org/app\n',
    'app/main.go': 'package main\nimport (\n"net/http"\n"x.org/lib/web"\n)\nfunc main() { http.ListenAndServe(os.Getenv("PORT"), web.H) }',
    'lib/go.mod': 'module x.org/lib\n',
    'lib/web/web.go': 'package web\n',
  });
  expect(model.units.find(({ id }) => id === 'app')?.dependsOn).toEqual([{ unit: 'lib', at: 'app/main.go:4' }]);
  expect(model.services).toMatchObject([
    { name: 'app', start: ['.awo-bin/app'], build: [{ dir: 'app', command: ['go', 'build', '-o', '.awo-bin/app', '.'] }] },
  ]);
});

test('Python: Flask, FastAPI, Django and the standard library, each started its own way', async () => {
  const model = await describeFiles({
    'flask/requirements.txt': 'Flask==3.0\n-e ../lib\n# gunicorn\n',
    'flask/app.py': 'from flask import Flask\napp = Flask(__name__)\n@app.route("/health")\ndef h(): return ""\n',
    'flask/test_app.py': 'import unittest\nclass A(unittest.TestCase): pass\n',
    'fast/pyproject.toml': '[project]\nname = "fast-api"\ndependencies = ["fastapi"]\n[project.optional-dependencies]\ntest = ["pytest"]\n',
    'fast/app/main.py': 'from fastapi import FastAPI\napp: FastAPI = FastAPI()\n',
    'fast/tests/test_a.py': 'def test_a(): pass\n',
    'lib/setup.py': 'setup(name="lib", install_requires=["six"])',
    'admin/requirements.txt': 'django\ngunicorn\n',
    'admin/manage.py': 'import django\n',
    'admin/site/wsgi.py': 'application = get_wsgi_application()\n',
    'admin/site/urls.py': 'urlpatterns = [path("health/", ok)]\n',
    'std/server.py': 'import os\nfrom http.server import HTTPServer\nHTTPServer(("127.0.0.1", int(os.environ.get("PORT", "8000"))), H).serve_forever()\n',
    'std/tests/test_x.py': 'import unittest\nclass A(unittest.TestCase): pass\n',
  });
  expect(starts(model)).toEqual({
    admin: '.venv/bin/python -m gunicorn site.wsgi:application --bind 127.0.0.1:$PORT',
    'fast-api': '.venv/bin/python -m uvicorn app.main:app --host 127.0.0.1 --port $PORT',
    flask: '.venv/bin/python -m flask --app app:app run --host 127.0.0.1 --port $PORT',
    std: 'python3 server.py',
  });
  expect(Object.fromEntries(model.services.map(({ name, healthPath }) => [name, healthPath]))).toEqual({
    admin: '/health/',
    'fast-api': '/',
    flask: '/health',
    std: '/',
  });
  const pip = ['.venv/bin/python', '-m', 'pip', 'install', '--disable-pip-version-check', '-q'];
  expect(model.services.find(({ name }) => name === 'flask')?.install).toEqual([
    { dir: 'flask', command: ['python3', '-m', 'venv', '.venv'], lockfile: null },
    { dir: 'flask', command: [...pip, '-r', 'requirements.txt'], lockfile: 'flask/requirements.txt' },
  ]);
  expect(model.services.find(({ name }) => name === 'std')?.install).toEqual([]);
  expect(model.findings).toContainEqual(expect.objectContaining({ about: 'fast', what: 'requirement', value: 'uvicorn', level: 'missing' }));
  expect(model.units.find(({ id }) => id === 'flask')?.dependsOn).toEqual([{ unit: 'lib', at: 'flask/requirements.txt:2' }]);
  expect(Object.fromEntries(model.suites.map(({ id, command }) => [id, command.slice(1).join(' ')]))).toEqual({
    fast: '-m pytest -q --junitxml=.awo-junit.xml',
    flask: '-m unittest discover -v',
    std: '-m unittest discover -v -s tests',
  });
});

test('a Procfile is the word of its author; 0.0.0.0 becomes loopback', async () => {
  const model = await describeFiles({
    Procfile: 'web: gunicorn web:app --workers 2 -b 0.0.0.0:${PORT:-8000}\nworker: python w.py\n',
    'requirements.txt': 'gunicorn\n',
    'web.py': 'def app(e, s): pass\n',
  });
  expect(model.services).toMatchObject([
    { name: 'sample', start: ['.venv/bin/python', '-m', 'gunicorn', 'web:app', '--workers', '2', '-b', '127.0.0.1:$PORT'], at: 'Procfile:1' },
  ]);
});

test('a Dockerfile alone: the last stage says how it is run, folded lines and all', async () => {
  const dockerfile = 'FROM x AS build\nCMD ["no"]\nFROM python:3\nEXPOSE 8000\nCMD ["sh", "-c", \\\n  "python web.py"]\n';
  const model = await describeFiles({ 'shop/Dockerfile': dockerfile, 'shop/web.py': 'import os\nPORT = os.environ["PORT"]\n' });
  expect(model.services).toMatchObject([{ name: 'shop', dir: 'shop', start: ['python3', 'web.py'], language: 'python', at: 'shop/Dockerfile:5' }]);
  const built = await describeFiles({ Dockerfile: 'FROM x\nEXPOSE 80\nENTRYPOINT ["/server"]\n' });
  expect(built.services).toEqual([]);
});

test('Maven, Gradle and Cargo: units, what they use, how they are tested', async () => {
  const pom = (artifact: string, more = '') => `<project><artifactId>${artifact}</artifactId><version>1</version>\n${more}</project>`;
  const dependency = (artifact: string) => `<dependency><artifactId>${artifact}</artifactId></dependency>`;
  const model = await describeFiles({
    'j/pom.xml': pom('parent', '<packaging>pom</packaging><modules><module>api</module></modules>'),
    'j/api/pom.xml': pom(
      'api',
      `<dependencies>${dependency('core')}${dependency('spring-boot-starter-web')}</dependencies><build><plugins><plugin><artifactId>spring-boot-maven-plugin</artifactId></plugin></plugins></build>`,
    ),
    'j/core/pom.xml': pom('core'),
    'j/core/src/test/java/CoreTest.java': 'class CoreTest { @Test void a() {} }',
    'g/settings.gradle': '',
    'g/build.gradle': "implementation project(':lib')",
    'g/lib/build.gradle': '',
    'r/Cargo.toml': '[workspace]\nmembers = ["a", "b"]\n',
    'r/Cargo.lock': '',
    'r/a/Cargo.toml': '[package]\nname = "api-rs"\n[dependencies]\nb = { path = "../b" }\naxum = "0.8"\n',
    'r/a/src/main.rs': 'use axum::Router;\nfn main() { env::var("PORT"); }',
    'r/b/Cargo.toml': '[package]\nname = "b"\n',
    'r/b/src/lib.rs': '#[test]\nfn a() {}',
  });
  expect(starts(model)).toEqual({ api: 'java -jar target/api-1.jar --server.port=$PORT', 'api-rs': '../target/release/api-rs' });
  expect(Object.fromEntries(model.units.map(({ id, dependsOn }) => [id, dependsOn.map(({ unit }) => unit)]))).toMatchObject({
    'j/api': ['j/core'],
    g: ['g/lib'],
    'r/a': ['r/b'],
  });
  expect(model.suites.map(({ id, dir, runner }) => [id, dir, runner])).toEqual([['j-core', 'j', 'maven'], ['r-b', 'r/b', 'cargo']]); // prettier-ignore
});

test('broken manifests are findings with their line, and still units, because a change in them must count', async () => {
  const model = await describeFiles({
    'a/package.json': '{\n "name": "x",\n oops }',
    'b/pyproject.toml': '[project]\nname = = 1\n',
    'c/Cargo.toml': '[x',
    'd/pom.xml': '<<<',
    'e/package.json': '[]',
  });
  expect(model.units.map(({ id }) => id)).toEqual(['a', 'b', 'c', 'd', 'e']);
  const errors = model.findings.filter(({ level }) => level === 'error').map(({ at }) => at);
  expect(errors.sort()).toEqual(['a/package.json:3', 'b/pyproject.toml:2', 'c/Cargo.toml:1', 'd/pom.xml:1', 'e/package.json:1']);
});

test('an empty commit is one unit and no service; examples serve only where nothing else does', async () => {
  expect(await describeFiles({})).toMatchObject({ units: [{ id: '.', kind: 'root' }], services: [], suites: [], environments: ['production', 'staging'] });
  const example = { 'examples/a/package.json': npm({ name: 'a', scripts: { start: 'node s.js' } }), 'examples/a/s.js': 'x.listen(process.env.PORT)' };
  expect((await describeFiles(example)).services.map(({ name }) => name)).toEqual(['a']);
  expect((await describeFiles({ ...example, 'b/server.js': 'x.listen(process.env.PORT)' })).services.map(({ name }) => name)).toEqual(['b']);
});

test('hostile names give safe, unique ids', async () => {
  const service = npm({ name: '@x/we.ird > *', scripts: { start: 'node s.js', test: 'node --test' } });
  const model = await describeFiles({
    'a b/"q"\n/package.json': service,
    'a b/"q"\n/s.js': 'x.listen(process.env.PORT)',
    'c/package.json': service,
    'c/s.js': 'x.listen(process.env.PORT)',
  });
  expect(model.services.map(({ name }) => name)).toEqual(['we-ird', 'c']);
  expect(model.suites.map(({ id }) => id)).toEqual(['a-b-q', 'c']);
});

test('five thousand files are described in under two seconds, because people wait for it', async () => {
  const made = await makeRepository();
  const files: Record<string, string> = { 'package.json': npm({ workspaces: ['p/*'] }) };
  for (let i = 0; i < 100; i++) {
    files[`p/p${i}/package.json`] = npm({
      name: `p${i}`,
      dependencies: { [`p${(i + 1) % 100}`]: '*' },
      scripts: { start: 'node src/f0.js', test: 'node --test' },
    });
    for (let j = 0; j < 49; j++)
      files[`p/p${i}/src/f${j}.js`] =
        `import { a } from './f${j + 1}.js';\n${'const text = "some text";\n'.repeat(40)}${j === 0 ? 'x.listen(process.env.PORT)' : ''}`;
  }
  const sha = await made.commit(files);
  const from = performance.now();
  const model = await describeRepository(made.repo, sha);
  const ms = performance.now() - from;
  await made.remove();
  expect(model.services).toHaveLength(100);
  expect(ms).toBeLessThan(2000);
});
