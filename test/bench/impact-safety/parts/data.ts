// Data that code reads by name: tables, schemas, files, generated sources, plugins. Pure.
import { camel, depth, type Draw, type Home, jsTest, type Part, up } from '../part.ts';

/** Migrations of the whole database; whoever queries says which columns. */
export function table(draw: Draw, home: Home, language: 'js' | 'py'): Part {
  const [service, word, value] = [draw.word(), draw.word(), draw.number(100, 900)];
  const [name, column] = [`${word}_orders`, `${draw.word()}_cents`];
  const migration = `db/migrations/${draw.number(100, 999)}_${name}.sql`;
  const files: Record<string, string> = {
    [migration]: `CREATE TABLE ${name} (\n  id INTEGER PRIMARY KEY,\n  ${column} INTEGER NOT NULL DEFAULT ${value},\n  note TEXT\n);\n`,
  };
  if (language === 'js') {
    const dir = home.js(service);
    files[`${dir}/src/${word}-store.js`] = `export const totals = (db) => db.prepare('SELECT SUM(${column}) AS total FROM ${name}').get().total;\n`;
    files[`${dir}/test/${word}-store.test.js`] = jsTest(
      `import { readdirSync, readFileSync } from 'node:fs';\nimport { DatabaseSync } from 'node:sqlite';\nimport { totals } from '../src/${word}-store.js';`,
      `test('all that was ordered', () => {\n  const db = new DatabaseSync(':memory:');\n  const folder = new URL('${up(dir)}../db/migrations/', import.meta.url);\n  for (const file of readdirSync(folder).sort()) db.exec(readFileSync(new URL(file, folder), 'utf8'));\n  db.exec('INSERT INTO ${name} (note) VALUES (\\'a\\')');\n  assert.equal(totals(db), ${value});\n});`,
    );
  } else {
    const dir = home.py(service);
    files[`${dir}/${service}_${word}_store.py`] =
      `QUERY = """\n    SELECT SUM(${column})\n    FROM ${name}\n"""\n\n\ndef totals(db):\n    return db.execute(QUERY).fetchone()[0]\n`;
    files[`${dir}/test_${service}_${word}_store.py`] =
      `import sqlite3\nfrom pathlib import Path\n\nfrom ${service}_${word}_store import totals\n\n\ndef test_totals():\n    db = sqlite3.connect(":memory:")\n    for file in sorted((Path(__file__).resolve().parents[${depth(dir)}] / "db" / "migrations").iterdir()):\n        db.executescript(file.read_text())\n    db.execute("INSERT INTO ${name} (note) VALUES ('a')")\n    assert totals(db) == ${value}\n`;
  }
  return {
    files,
    aims: [
      {
        kind: 'table',
        path: migration,
        pattern: new RegExp(`${column}|CREATE`),
        replace: (line) => (line.includes('CREATE') ? line.replace(name, `${name}_old`) : line.replace(column, `${column}_old`)),
      },
    ],
  };
}

/** A contract of which both sides have their own code. */
export function schema(draw: Draw, home: Home, language: 'js' | 'py' | 'go'): Part {
  const [service, word] = [draw.word(), draw.word()];
  const title = `${word[0]?.toUpperCase()}${word.slice(1)}`;
  const field = `${word}_id`;
  const proto = `contracts/${service}.proto`;
  const graphql = `contracts/${service}.graphql`;
  if (language === 'go') {
    const dir = home.go(service);
    return {
      files: {
        [proto]: `syntax = "proto3";\n\nmessage ${title}Placed {\n  string ${field} = 1;\n  int32 amount = 2;\n}\n`,
        [`${dir}/${word}.go`]: `package ${service}\n\n// ${title}Placed is said when one is placed.\ntype ${title}Placed struct {\n\tID string \`json:"${field}"\`\n\tAmount int \`json:"amount"\`\n}\n`,
        [`${dir}/${word}_test.go`]: `package ${service}\n\nimport (\n\t"os"\n\t"path/filepath"\n\t"reflect"\n\t"strings"\n\t"testing"\n)\n\nfunc TestContract(t *testing.T) {\n\tpaths, _ := filepath.Glob("${'../'.repeat(depth(dir))}contracts/*.proto")\n\tall := ""\n\tfor _, path := range paths {\n\t\ttext, _ := os.ReadFile(path)\n\t\tall += string(text)\n\t}\n\tof := reflect.TypeOf(${title}Placed{})\n\tif !strings.Contains(all, "message "+of.Name()+" ") {\n\t\tt.Fatal("no such message")\n\t}\n\tfor i := 0; i < of.NumField(); i++ {\n\t\tif !strings.Contains(all, " "+of.Field(i).Tag.Get("json")+" =") {\n\t\t\tt.Fatal(of.Field(i).Name)\n\t\t}\n\t}\n}\n`,
      },
      aims: [
        { kind: 'schema', path: proto, pattern: new RegExp(field) },
        { kind: 'schema', path: proto, pattern: /^message/m, replace: (line) => line.replace('Placed', 'Put') },
      ],
    };
  }
  if (language === 'js') {
    const dir = home.js(service);
    const asked = camel(word, 'price');
    return {
      files: {
        [graphql]: `type ${title} {\n  id: ID!\n  ${asked}: Int!\n}\n\ntype Query {\n  ${word}(id: ID!): ${title}\n}\n`,
        [`${dir}/src/${word}-query.js`]: `export const QUERY = \`query One($id: ID!) {\n  ${word}(id: $id) {\n    id\n    ${asked}\n  }\n}\`;\n`,
        [`${dir}/test/${word}-query.test.js`]: jsTest(
          `import { readdirSync, readFileSync } from 'node:fs';\nimport { QUERY } from '../src/${word}-query.js';`,
          `test('everything asked for is in a schema', () => {\n  const folder = new URL('${up(dir)}../contracts/', import.meta.url);\n  const text = readdirSync(folder).map((file) => readFileSync(new URL(file, folder), 'utf8')).join('\\n');\n  for (const [, field] of QUERY.matchAll(/^ +(\\w+)/gm)) assert.match(text, new RegExp(\`^ +\${field}[(:]\`, 'm'));\n});`,
        ),
      },
      aims: [{ kind: 'schema', path: graphql, pattern: new RegExp(asked) }],
    };
  }
  const dir = home.py(service);
  const json = `contracts/${word}-placed.schema.json`;
  return {
    files: {
      [json]: `{\n  "title": "${title}Placed",\n  "type": "object",\n  "required": ["${field}"],\n  "properties": {\n    "${field}": { "type": "string" },\n    "amount": { "type": "integer" }\n  }\n}\n`,
      [`${dir}/${service}_${word}_event.py`]: `def ${word}_placed(id, amount):\n    return {"${field}": id, "amount": amount}\n`,
      [`${dir}/test_${service}_${word}_event.py`]: `import json\nfrom pathlib import Path\n\nfrom ${service}_${word}_event import ${word}_placed\n\n\ndef test_contract():\n    folder = Path(__file__).resolve().parents[${depth(dir)}] / "contracts"\n    schemas = {}\n    for file in folder.glob("*.json"):\n        schema = json.loads(file.read_text())\n        schemas[schema["title"]] = schema\n    known = schemas["${title}" + "Placed"]["properties"]\n    assert set(${word}_placed("a", 1)) <= set(known)\n`,
    },
    aims: [{ kind: 'schema', path: json, pattern: new RegExp(`${field}": \\{|title`) }],
  };
}

/** Text that is read at run time, by its path in one piece or in several, or because it lies in a folder. */
export function fileRead(draw: Draw, home: Home, language: 'js' | 'py' | 'go'): Part {
  const [service, word, phrase] = [draw.word(), draw.word(), `${draw.word()} and ${draw.word()}`];
  const wrong = (line: string): string => line.replace(phrase, 'something else');
  if (language === 'js') {
    const dir = home.js(service);
    const read = draw.pick([
      `readFileSync(new URL('../texts/${word}.txt', import.meta.url), 'utf8')`,
      `readFileSync(join(import.meta.dirname, '..', 'texts', '${word}.txt'), 'utf8')`,
      `readdirSync(join(import.meta.dirname, '..', 'texts')).map((file) => readFileSync(join(import.meta.dirname, '..', 'texts', file), 'utf8')).join('')`,
      `readFileSync(join(import.meta.dirname, '..', 'texts', \`\${'${word}'}.txt\`), 'utf8')`,
    ]);
    return {
      files: {
        [`${dir}/texts/${word}.txt`]: `Dear customer,\n${phrase}\n`,
        [`${dir}/src/${word}-letter.js`]: `import { readdirSync, readFileSync } from 'node:fs';\nimport { join } from 'node:path';\n\nvoid readdirSync;\nvoid join;\nexport const letter = () => ${read};\n`,
        [`${dir}/test/${word}-letter.test.js`]: jsTest(
          `import { letter } from '../src/${word}-letter.js';`,
          `test('says it', () => assert.match(letter(), /${phrase}/));`,
        ),
      },
      aims: [{ kind: 'file-read', path: `${dir}/texts/${word}.txt`, pattern: new RegExp(phrase), replace: wrong }],
    };
  }
  if (language === 'py') {
    const dir = home.py(service);
    const read = draw.pick([
      `(Path(__file__).parent / "texts" / "${word}.csv").read_text()`,
      `open(os.path.join(os.path.dirname(__file__), "texts", "${word}.csv")).read()`,
      `"".join(path.read_text() for path in sorted((Path(__file__).parent / "texts").glob("*.csv")))`,
    ]);
    return {
      files: {
        [`${dir}/texts/${word}.csv`]: `id,text\n1,${phrase}\n`,
        [`${dir}/${service}_${word}_rows.py`]: `import os\nfrom pathlib import Path\n\n_ = (os, Path)\n\n\ndef rows():\n    return ${read}\n`,
        [`${dir}/test_${service}_${word}_rows.py`]: `from ${service}_${word}_rows import rows\n\n\ndef test_rows():\n    assert "${phrase}" in rows()\n`,
      },
      aims: [{ kind: 'file-read', path: `${dir}/texts/${word}.csv`, pattern: new RegExp(phrase), replace: wrong }],
    };
  }
  const dir = home.go(service);
  return {
    files: {
      [`${dir}/texts/${word}.txt`]: `${phrase}\n`,
      [`${dir}/${word}.go`]: `package ${service}\n\nimport "embed"\n\n//go:embed texts\nvar texts embed.FS\n\n// Text gives what was written.\nfunc Text() string {\n\ttext, _ := texts.ReadFile("texts/${word}.txt")\n\treturn string(text)\n}\n`,
      [`${dir}/${word}_test.go`]: `package ${service}\n\nimport (\n\t"strings"\n\t"testing"\n)\n\nfunc TestText(t *testing.T) {\n\tif !strings.Contains(Text(), "${phrase}") {\n\t\tt.Fatal(Text())\n\t}\n}\n`,
    },
    aims: [{ kind: 'file-read', path: `${dir}/texts/${word}.txt`, pattern: new RegExp(phrase), replace: wrong }],
  };
}

/** A generated file is held against its source. */
export function generated(draw: Draw, home: Home): Part {
  const [service, word, value] = [draw.word(), draw.word(), draw.number(100, 900)];
  const dir = home.js(service);
  const source = `contracts/${word}-codes.json`;
  return {
    files: {
      [source]: `{\n  "notFound": ${value},\n  "tooMany": ${value + 1}\n}\n`,
      [`tools/generate-${word}.mjs`]: `import { readFileSync } from 'node:fs';\n\n/** The text of the generated file. */\nexport const generate = (codes = JSON.parse(readFileSync(new URL('../contracts/${word}-codes.json', import.meta.url), 'utf8'))) =>\n  \`// Generated from contracts/${word}-codes.json. Do not edit.\\n\${Object.entries(codes).map(([name, code]) => \`export const \${name} = \${code};\\n\`).join('')}\`;\n`,
      [`${dir}/src/${word}-codes.js`]: `// Generated from contracts/${word}-codes.json. Do not edit.\nexport const notFound = ${value};\nexport const tooMany = ${value + 1};\n`,
      [`${dir}/test/${word}-codes.test.js`]: jsTest(
        `import { readFileSync } from 'node:fs';\nimport { generate } from '${up(dir)}../tools/generate-${word}.mjs';`,
        `test('generated anew it is the same', () => assert.equal(readFileSync(new URL('../src/${word}-codes.js', import.meta.url), 'utf8'), generate()));`,
      ),
    },
    aims: [{ kind: 'generated', path: source, pattern: new RegExp(String(value)) }],
  };
}

/** Modules that are loaded by a name that is put together at run time. */
export function plugin(draw: Draw, home: Home, language: 'js' | 'py'): Part {
  const [service, word, value] = [draw.word(), draw.word(), draw.number(2, 9)];
  if (language === 'js') {
    const dir = home.js(service);
    return {
      files: {
        [`${dir}/src/plugins/${word}.js`]: `export const weigh = (n) => n * ${value};\n`,
        [`${dir}/src/plugins.js`]: `export const load = async (name) => (await import(\`./plugins/\${name}.js\`)).weigh;\n`,
        [`${dir}/test/plugins.test.js`]: jsTest(
          `import { load } from '../src/plugins.js';`,
          `test('weighs', async () => assert.equal((await load('${word}'))(3), ${3 * value}));`,
        ),
      },
      aims: [{ kind: 'import', path: `${dir}/src/plugins/${word}.js`, pattern: /weigh/ }],
    };
  }
  const dir = home.py(service);
  return {
    files: {
      [`${dir}/${service}_plugins/__init__.py`]: '',
      [`${dir}/${service}_plugins/${word}.py`]: `def weigh(n):\n    return n * ${value}\n`,
      [`${dir}/${service}_loader.py`]: `import importlib\n\n\ndef load(name):\n    return importlib.import_module(f"${service}_plugins.{name}").weigh\n`,
      [`${dir}/test_${service}_loader.py`]: `from ${service}_loader import load\n\n\ndef test_weigh():\n    assert load("${word}")(3) == ${3 * value}\n`,
    },
    aims: [{ kind: 'import', path: `${dir}/${service}_plugins/${word}.py`, pattern: /return/ }],
  };
}
