// A JavaScript workspace of 50 files to a package, each package depending on the one before, as Nx, Turborepo and npm read it. Pure.
export function* generated(size: number, versions: Readonly<Record<string, string>>): Generator<[string, string]> {
  const root = { name: 'bench', version: '1.0.0', private: true, packageManager: 'npm@11.0.0', workspaces: ['packages/*'], devDependencies: versions };
  yield ['package.json', JSON.stringify(root)];
  yield ['nx.json', '{"targetDefaults":{"test":{"dependsOn":["^test"]}}}'];
  yield ['turbo.json', '{"tasks":{"test":{"dependsOn":["^test"]}}}'];
  yield ['.gitignore', 'node_modules\n.nx\n.turbo\n'];
  const packages = Math.ceil(size / 50);
  const locked: Record<string, object> = { '': root };
  for (let p = 0; p < packages; p += 1) {
    const dependencies = p % 10 > 0 ? { [`@bench/p${p - 1}`]: '1.0.0' } : {};
    const json = { name: `@bench/p${p}`, version: '1.0.0', type: 'module', exports: './src/m0.js', scripts: { test: 'node --test' }, dependencies };
    locked[`packages/p${p}`] = json;
    locked[`node_modules/@bench/p${p}`] = { resolved: `packages/p${p}`, link: true };
    yield [`packages/p${p}/package.json`, JSON.stringify(json)];
    for (let m = 0; m < Math.min(50, size - p * 50); m += 1) {
      const before = m % 5 === 0 ? m - 2 : m - 1;
      if (m % 5 === 4)
        yield [
          `packages/p${p}/test/m${m}.test.js`,
          `import test from 'node:test';\nimport { v${m - 1} } from '../src/m${m - 1}.js';\ntest('v', () => v${m - 1}());\n`,
        ];
      else if (m === 0)
        yield [
          `packages/p${p}/src/m0.js`,
          p % 10 > 0 ? `import { v0 as far } from '@bench/p${p - 1}';\nexport const v0 = () => far();\n` : 'export const v0 = () => 1;\n',
        ];
      else
        yield [
          `packages/p${p}/src/m${m}.js`,
          `import { v${before} } from './m${before}.js';\n\n/** ${'Words about it. '.repeat(20)} */\nexport const v${m} = () => v${before}() + ${p};\n`,
        ];
    }
  }
  yield ['package-lock.json', JSON.stringify({ name: 'bench', version: '1.0.0', lockfileVersion: 3, requires: true, packages: locked })];
}

/** A small change deep in the first package, another for each number. */
export const changeOf = (n: number): [path: string, text: string] => [
  'packages/p0/src/m1.js',
  `import { v0 } from './m0.js';\n\nexport const v1 = () => v0() + ${1000 + n};\n`,
];
