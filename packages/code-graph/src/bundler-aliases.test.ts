// Aliases of bundlers and of jest: where each leads, and what is none.
import { expect, test } from 'vitest';
import { bundlerAliases } from './bundler-aliases.ts';

test.each([
  ['app/vite.config.ts', "export default { resolve: { alias: { '@': path.resolve(__dirname, './src') } } }", ['@ app/src', '@/* app/src/*']],
  [
    'vite.config.mjs',
    "resolve: {\n  alias: {\n    '~lib': fileURLToPath(new URL('./lib', import.meta.url)),\n    vue: 'vue/dist/vue.esm-bundler.js',\n  },\n},",
    ['~lib lib', '~lib/* lib/*', 'vue vue/dist/vue.esm-bundler.js', 'vue/* vue/dist/vue.esm-bundler.js/*'],
  ],
  ['vite.config.js', "alias: [{ find: '@', replacement: './src' }]\n", ['@ src', '@/* src/*']],
  ['webpack.config.js', "module.exports = { resolve: { alias: { Util$: path.join(__dirname, 'src', 'util.js') } } }", ['Util src/util.js']],
  ['jest.config.js', "module.exports = { moduleNameMapper: { '^@/(.*)$': '<rootDir>/src/$1', '\\\\.css$': '<rootDir>/style.js' } }", ['@/* src/*']],
  ['a/jest.config.json', '{ "moduleNameMapper": { "^config$": "<rootDir>/test/config.js" } }', ['config a/test/config.js']],
  ['webpack.config.js', "module.exports = { resolve: { alias: { react: 'preact' } } }", []],
  ['vite.config.js', "export default { base: './x' }", []],
])('%s %s', (file, text, expected) => {
  expect((bundlerAliases(file, text)?.paths ?? []).map(({ pattern, targets }) => `${pattern} ${targets.join()}`)).toEqual(expected);
});
