// `node bundle-command.mjs FOLDER`: the `awo` command with what every look loads in one file. Reading two hundred modules one by one is half of what a look costs.
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'vite';
import { ROOT } from './paths.mjs';

/** Nothing but JavaScript. Whatever else is imported stays where pnpm has put it. */
const INSIDE = /^(@awo\/|zod(\/|$)|commander$|fastest-levenshtein$|@nats-io\/|tweetnacl$)/;
const ENTRY = join(ROOT, 'packages', 'cli', 'src', 'main.ts');

function visit(node, look) {
  if (node === null || typeof node !== 'object') return;
  if (typeof node.type === 'string') look(node);
  for (const value of Object.values(node)) visit(value, look);
}

/** A module finds the files beside it from where its source is; and what was put into the file is not what was started. */
const whereItStands = {
  name: 'where-it-stands',
  transform(code, id) {
    if (!code.includes('import.meta')) return null;
    const values = { url: pathToFileURL(id).href, dirname: dirname(id), main: id === ENTRY };
    const found = [];
    // The expressions alone: code that looks for these words in other people's sources must go on looking for them.
    visit(this.parse(code), ({ type, object, property, start, end }) => {
      if (type === 'MemberExpression' && object.type === 'MetaProperty' && property.name in values) found.push({ start, end, value: values[property.name] });
    });
    let out = code;
    for (const { start, end, value } of found.toSorted((a, b) => b.start - a.start)) out = out.slice(0, start) + JSON.stringify(value) + out.slice(end);
    return { code: out, map: null };
  },
};
/** The rest by its address: from where the file lies no package would be found. */
const outside = {
  name: 'outside',
  enforce: 'pre',
  async resolveId(source, importer, options) {
    if (/^(\.|\/|node:)/.test(source) || INSIDE.test(source) || !importer) return null;
    const found = await this.resolve(source, importer, { ...options, skipSelf: true });
    return found?.id.startsWith('/') ? { id: pathToFileURL(found.id).href, external: true } : found;
  },
};

await build({
  configFile: false,
  logLevel: 'error',
  root: ROOT,
  ssr: { noExternal: true },
  plugins: [whereItStands, outside],
  build: {
    ssr: true,
    target: 'node24',
    outDir: process.argv[2],
    emptyOutDir: true,
    minify: false,
    rolldownOptions: { input: ENTRY, output: { entryFileNames: 'main.mjs', chunkFileNames: '[name]-[hash].mjs' } },
  },
});
