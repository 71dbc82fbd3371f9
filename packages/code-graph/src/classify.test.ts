// Tests of classify in code-graph.
import { expect, test } from 'vitest';
import { classify } from './classify.ts';

test.each([
  ['code', 'src/a.ts main.go app/x.py a/b.sql run.sh api.proto views/index.html templates/mail.html page.ejs testing/x.ts latest.ts contest/a.js'],
  [
    'test',
    'a.test.ts a.spec.tsx x_test.go test_x.py x_test.py tests/a.py __tests__/a.js test/data.json e2e/a.ts conftest.py a/__snapshots__/x.snap FooTest.java testdata/x.bin',
  ],
  ['style', 'a.css b.scss src/c.less'],
  ['asset', 'a.svg img/b.png index.html f.woff2 public/robots.txt'],
  ['docs', 'README.md docs/a.png LICENSE LICENSE.txt CHANGELOG.md .gitignore CODEOWNERS a.mdx test/README.md'],
  [
    'config',
    'Dockerfile api.Dockerfile .env .env.production tsconfig.json a.yaml vite.config.ts .github/workflows/ci.yml Makefile .npmrc Procfile docker-compose.yml test/Dockerfile',
  ],
  ['manifest', 'package.json go.mod go.work pyproject.toml requirements.txt requirements-dev.txt pom.xml Cargo.toml pnpm-workspace.yaml'],
  ['lockfile', 'package-lock.json a/pnpm-lock.yaml go.sum poetry.lock Cargo.lock node_modules/a/index.js vendor/x/y.go'],
  ['unknown', 'data.bin words.txt a.csv noending x.qq'],
])('%s', (kind, paths) => {
  expect(Object.fromEntries(paths.split(' ').map((path) => [path, classify(path, '.')]))).toEqual(
    Object.fromEntries(paths.split(' ').map((path) => [path, kind])),
  );
});

test('a unit that is called "test" keeps its code: only folders inside the unit count', () => {
  expect(classify('services/test/src/a.ts', 'services/test')).toBe('code');
  expect(classify('services/test/test/a.ts', 'services/test')).toBe('test');
});
