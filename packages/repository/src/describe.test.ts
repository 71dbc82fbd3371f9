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

test('another name for an address than the one that is given is pointed out, because the call would go nowhere', async () => {
  const model = await describeFiles({
    'cart/server.js': 'x.listen(process.env.PORT)',
    'web/server.js': 'x.listen(process.env.PORT);\nconst cart = process.env.CART_SERVICE_ADDR;',
  });
  expect(model.services.find(({ name }) => name === 'web')?.dependsOn).toEqual(['cart']);
  expect(model.units.map(({ id }) => id)).toEqual(['.', 'cart', 'web']);
  expect(model.findings).toContainEqual(
    expect.objectContaining({ about: 'web', what: 'depends on', at: 'web/server.js:2', level: 'guess', hint: expect.stringContaining('CART_URL') }),
  );
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

test('five thousand files are described in under two seconds of computing, because people wait for it', async () => {
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
  // Computing time: on a machine with other work the clock says nothing.
  const from = process.cpuUsage();
  const model = await describeRepository(made.repo, sha);
  const { user, system } = process.cpuUsage(from);
  await made.remove();
  expect(model.services).toHaveLength(100);
  expect((user + system) / 1000).toBeLessThan(2000);
});
