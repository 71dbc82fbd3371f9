// Which files code finds by a pattern: read from the source, whatever language writes it.
import { expect, test } from 'vitest';
import { patternsOf } from './parse-patterns.ts';
import { reachedFixture } from './reached.fixture.ts';

test.each([
  [
    'a search below a root',
    'ROOT = Path(__file__).resolve().parents[2]\nfor p in [*ROOT.rglob("publish.py"), *ROOT.rglob("*.sql")]:',
    ['../../**/publish.py', '../../**/*.sql'],
  ],
  ['a folder in pieces', 'for f in sorted((Path(__file__).resolve().parents[2] / "db" / "steps").iterdir()):', ['../../db/steps/**/*']],
  [
    'a walk that keeps an ending',
    'for r, d, files in os.walk(os.path.join(os.path.dirname(__file__), "pages")):\n  for f in files:\n    if f.endswith(".html"):',
    ['./pages/**/*.html'],
  ],
  ['an ending that is turned down keeps all others', 'for f in os.listdir("data"):\n  if f.endswith(".pyc"): continue', ['data/**/*']],
  ['a glob of Go', 'paths, _ := filepath.Glob("../../contracts/*.proto")', ['contracts/*.proto']],
  [
    'a walk of Go',
    'filepath.WalkDir("testdata", func(p string, d fs.DirEntry, err error) error {\n if filepath.Ext(p) == ".golden" {',
    ['testdata/**/*.golden'],
  ],
  ['a folder beside the file', "const dir = new URL('../../flags/', import.meta.url);\nreaddirSync(dir)", ['../../flags/**/*']],
  ['an option that says where', "globSync('**/publish.{mjs,py}', { cwd: new URL('../', import.meta.url) })", ['../**/publish.{mjs,py}']],
  ['several globs in one call', "fg(['src/**/*.graphql', 'api/*.graphql', '!dist'], { cwd: __dirname })", ['./src/**/*.graphql', './api/*.graphql']],
  [
    'globs of bundlers',
    "import.meta.glob(['./pages/*.ts', '../more/*.ts']);\nrequire.context('./plugins', true, /\\.js$/)",
    ['./pages/*.ts', '../more/*.ts', './plugins/**/*.js'],
  ],
  [
    'Ruby, PHP, Java',
    "Dir.glob(File.join(__dir__, 'fixtures', '*.yml'))\nglob(__DIR__ . '/../lang/*.php')\nFiles.walk(Paths.get(\"res/sql\"))",
    ['./fixtures/*.yml', '../lang/*.php', 'res/sql/**/*'],
  ],
  ['what lists whatever it is given', 'const list = (dir) => readdirSync(dir);', ['**/*']],
  ['a tree of syntax is no folder', 'ast.walk(tree); walk.simple(program, visitor); walkNodes(root)', []],
  ['a route, a type and a subject are no globs', "app.get('/api/*', f); res.type('image/*'); on('orders.*')", []],
])('%s', (_, source, expected) => {
  expect(patternsOf(source).map(({ spec }) => spec)).toEqual(expected);
});

const SEARCH = 'from pathlib import Path\nROOT = Path(__file__).resolve().parents[1]\n';
const fixture = reachedFixture();
test.each([
  ['code that a test of another unit searches for by name', `${SEARCH}ROOT.rglob("publish.py")\n`, 'b/publish.py', ['a']],
  ['other code is not meant', `${SEARCH}ROOT.rglob("publish.py")\n`, 'b/other.py', []],
  [
    'a folder that was understood wrongly counts by its name',
    'from pathlib import Path\nHERE = Path(__file__).parent.parent.parent\n(HERE / "b" / "more").glob("*.py")\n',
    'b/more/x.py',
    ['a'],
  ],
])('%s', async (_, reader, changed, reached) => {
  const files = { 'a/test_x.py': reader, 'b/publish.py': 'x = 1\n', 'b/other.py': 'x = 1\n', 'b/more/x.py': 'x = 1\n' };
  expect(await fixture.reached('python', files, changed)).toEqual(reached);
});
