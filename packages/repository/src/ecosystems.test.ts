// What is inferred from Go, Python, JVM and Rust repositories.
import { expect, test } from 'vitest';
import { describeFiles } from './testing-repository.ts';

const starts = (model: Awaited<ReturnType<typeof describeFiles>>) => Object.fromEntries(model.services.map(({ name, start }) => [name, start.join(' ')]));

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
  expect(model.suites.map(({ id, dir, runner }) => [id, dir, runner])).toEqual([
    ['j-core', 'j', 'maven'],
    ['r-b', 'r/b', 'cargo'],
  ]);
});
