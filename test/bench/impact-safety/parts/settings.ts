// Settings that code reads at run time: environment variables, keys of configuration, flags; read in the idioms that people use. Pure.
import { type Aim, camel, depth, type Draw, type Home, jsTest, type Part, up, upper } from '../part.ts';

/** The variable stands in deploy/, the test loads whatever is there. */
export function environment(draw: Draw, home: Home, language: 'js' | 'py' | 'go'): Part {
  const [service, word, value] = [draw.word(), draw.word(), draw.number(4, 40)];
  const name = `${upper(service)}_${upper(word)}_${draw.pick(['LIMIT', 'COUNT', 'SIZE'])}`;
  const env = `deploy/${service}.env`;
  const aims: Aim[] = [{ kind: 'env', path: env, pattern: new RegExp(name) }];
  const files: Record<string, string> = { [env]: `# Set when ${service} is released.\n${upper(service)}_MODE=plain\n${name}=${value}\n` };
  if (language === 'js') {
    const dir = home.js(service);
    const read = draw.pick([
      `const most = () => Number(process.env.${name} ?? 1);`,
      `const most = () => {\n  const { ${name}: raw = '1' } = process.env;\n  return Number(raw);\n};`,
      `const setting = (name) => process.env[name] ?? '1';\nconst most = () => Number(setting('${name}'));`,
      `const env = process.env;\nconst most = () => parseInt(env['${name}'] ?? '1', 10);`,
    ]);
    files[`${dir}/src/${word}.js`] = `${read}\n\nexport const fits = (n) => n <= most();\n`;
    files[`${dir}/test/${word}.test.js`] = jsTest(
      `import { readdirSync } from 'node:fs';\nimport { fits } from '../src/${word}.js';`,
      `const deploy = new URL('${up(dir)}../deploy/', import.meta.url);\nfor (const file of readdirSync(deploy)) process.loadEnvFile(new URL(file, deploy));\n\ntest('as much as is deployed fits', () => {\n  assert.equal(fits(${value}), true);\n  assert.equal(fits(${value + 1}), false);\n});`,
    );
  } else if (language === 'py') {
    const dir = home.py(service);
    const read = draw.pick([`int(os.environ["${name}"])`, `int(os.getenv("${name}", "1"))`, `int(os.environ.get("${name}") or 1)`]);
    files[`${dir}/${service}_${word}.py`] = `import os\n\n\ndef fits(n):\n    return n <= ${read}\n`;
    files[`${dir}/test_${service}_${word}.py`] =
      `import os\nfrom pathlib import Path\n\nfrom ${service}_${word} import fits\n\nfor file in (Path(__file__).resolve().parents[${depth(dir)}] / "deploy").iterdir():\n    for line in file.read_text().splitlines():\n        if "=" in line:\n            key, _, value = line.partition("=")\n            os.environ[key] = value\n\n\ndef test_fits():\n    assert fits(${value})\n    assert not fits(${value + 1})\n`;
  } else {
    const dir = home.go(service);
    files[`${dir}/${word}.go`] =
      `package ${service}\n\nimport (\n\t"os"\n\t"strconv"\n)\n\n// Fits tells whether n is allowed.\nfunc Fits(n int) bool {\n\tmost, err := strconv.Atoi(os.Getenv("${name}"))\n\treturn err == nil && n <= most\n}\n`;
    files[`${dir}/${word}_test.go`] =
      `package ${service}\n\nimport (\n\t"os"\n\t"path/filepath"\n\t"strings"\n\t"testing"\n)\n\nfunc TestFits(t *testing.T) {\n\tpaths, _ := filepath.Glob("${'../'.repeat(depth(dir))}deploy/*")\n\tfor _, path := range paths {\n\t\ttext, _ := os.ReadFile(path)\n\t\tfor _, line := range strings.Split(string(text), "\\n") {\n\t\t\tif key, value, ok := strings.Cut(line, "="); ok {\n\t\t\t\tt.Setenv(key, value)\n\t\t\t}\n\t\t}\n\t}\n\tif !Fits(${value}) || Fits(${value + 1}) {\n\t\tt.Fatal("not as deployed")\n\t}\n}\n`;
  }
  return { files, aims };
}

/** The key stands in config/, in the format of the house; a loader finds the file by the name of the service. */
export function configuration(draw: Draw, home: Home, language: 'js' | 'py' | 'go'): Part {
  const [service, word, value] = [draw.word(), draw.word(), draw.number(4, 40)];
  const key = language === 'js' ? camel('max', word) : `max_${word}`;
  const group = draw.word();
  if (language === 'js') {
    const dir = home.js(service);
    const config = `config/${service}.yaml`;
    return {
      files: {
        [config]: `# ${service}\n${group}:\n  ${key}: ${value}\n  label: ${word}\n`,
        [`${dir}/src/settings.js`]: `import { readFileSync } from 'node:fs';\n\n/** One level of groups, one of keys. */\nexport function settings(name) {\n  const found = {};\n  let group = found;\n  for (const line of readFileSync(new URL(\`${up(dir)}../config/\${name}.yaml\`, import.meta.url), 'utf8').split('\\n')) {\n    const [, indent, key, value] = /^( *)([\\w-]+):\\s*(.*)$/.exec(line) ?? [];\n    if (key === undefined) continue;\n    if (indent === '') group = found[key] = {};\n    else group[key] = value;\n  }\n  return found;\n}\n`,
        [`${dir}/src/${word}.js`]: `import { settings } from './settings.js';\n\nconst config = settings('${service}');\nexport const allowed = (n) => n <= Number(config.${group}.${key});\n`,
        [`${dir}/test/${word}.test.js`]: jsTest(
          `import { allowed } from '../src/${word}.js';`,
          `test('as many as configured', () => {\n  assert.equal(allowed(${value}), true);\n  assert.equal(allowed(${value + 1}), false);\n});`,
        ),
      },
      aims: [{ kind: 'config-key', path: config, pattern: new RegExp(key) }],
    };
  }
  if (language === 'py') {
    const dir = home.py(service);
    const toml = draw.pick([true, false]);
    const config = `config/${service}.${toml ? 'toml' : 'ini'}`;
    const read = toml
      ? `import tomllib\nfrom pathlib import Path\n\nROOT = Path(__file__).resolve().parents[${depth(dir)}]\n\n\ndef load(name):\n    with open(ROOT / "config" / f"{name}.toml", "rb") as file:\n        return tomllib.load(file)\n`
      : `import configparser\nfrom pathlib import Path\n\nROOT = Path(__file__).resolve().parents[${depth(dir)}]\n\n\ndef load(name):\n    parser = configparser.ConfigParser()\n    parser.read(ROOT / "config" / f"{name}.ini")\n    return parser\n`;
    return {
      files: {
        [config]: `# ${service}\n[${group}]\n${key} = ${value}\nlabel = ${toml ? `"${word}"` : word}\n`,
        [`${dir}/${service}_settings.py`]: read,
        [`${dir}/${service}_${word}.py`]: `from ${service}_settings import load\n\nsettings = load("${service}")\n\n\ndef allowed(n):\n    return n <= int(settings["${group}"]["${key}"])\n`,
        [`${dir}/test_${service}_${word}.py`]: `from ${service}_${word} import allowed\n\n\ndef test_allowed():\n    assert allowed(${value})\n    assert not allowed(${value + 1})\n`,
      },
      aims: [{ kind: 'config-key', path: config, pattern: new RegExp(key) }],
    };
  }
  const dir = home.go(service);
  const config = `config/${service}.json`;
  const field = `Max${word[0]?.toUpperCase()}${word.slice(1)}`;
  return {
    files: {
      [config]: `{\n  "${key}": ${value},\n  "label": "${word}"\n}\n`,
      [`${dir}/${word}.go`]: `package ${service}\n\nimport (\n\t"encoding/json"\n\t"os"\n\t"path/filepath"\n)\n\ntype settings struct {\n\t${field} int \`json:"${key}"\`\n}\n\n// Allowed tells whether n is as configured below root.\nfunc Allowed(root string, n int) bool {\n\tvar found settings\n\ttext, err := os.ReadFile(filepath.Join(root, "config", "${service}"+".json"))\n\tif err != nil || json.Unmarshal(text, &found) != nil {\n\t\treturn false\n\t}\n\treturn n <= found.${field}\n}\n`,
      [`${dir}/${word}_test.go`]: `package ${service}\n\nimport "testing"\n\nfunc TestAllowed(t *testing.T) {\n\tif !Allowed("${'../'.repeat(depth(dir))}", ${value}) || Allowed("${'../'.repeat(depth(dir))}", ${value + 1}) {\n\t\tt.Fatal("not as configured")\n\t}\n}\n`,
    },
    aims: [{ kind: 'config-key', path: config, pattern: new RegExp(key) }],
  };
}

export function flag(draw: Draw, home: Home, language: 'js' | 'py'): Part {
  const [service, word] = [draw.word(), draw.word()];
  const name = `${draw.pick(['new', 'fast', 'beta'])}-${word}`;
  const path = `flags/${service}.json`;
  const aims: Aim[] = [{ kind: 'flag', path, pattern: new RegExp(name) }];
  const files: Record<string, string> = { [path]: `{\n  "${name}": true,\n  "dark-mode": false\n}\n` };
  if (language === 'js') {
    const dir = home.js(service);
    files[`${dir}/src/flags.js`] =
      `import { readdirSync, readFileSync } from 'node:fs';\n\nconst folder = new URL('${up(dir)}../flags/', import.meta.url);\nconst all = Object.assign({}, ...readdirSync(folder).map((file) => JSON.parse(readFileSync(new URL(file, folder), 'utf8'))));\nexport const isEnabled = (name) => all[name] === true;\n`;
    files[`${dir}/src/${word}.js`] = `import { isEnabled } from './flags.js';\n\nexport const steps = () => (isEnabled('${name}') ? 1 : 3);\n`;
    files[`${dir}/test/${word}.test.js`] = jsTest(`import { steps } from '../src/${word}.js';`, `test('the short way is on', () => assert.equal(steps(), 1));`);
  } else {
    const dir = home.py(service);
    files[`${dir}/${service}_flags.py`] =
      `import json\nfrom pathlib import Path\n\nALL = {}\nfor file in (Path(__file__).resolve().parents[${depth(dir)}] / "flags").iterdir():\n    ALL.update(json.loads(file.read_text()))\n\n\ndef is_enabled(name):\n    return ALL.get(name, False)\n`;
    files[`${dir}/${service}_${word}.py`] = `from ${service}_flags import is_enabled\n\n\ndef steps():\n    return 1 if is_enabled("${name}") else 3\n`;
    files[`${dir}/test_${service}_${word}.py`] = `from ${service}_${word} import steps\n\n\ndef test_short():\n    assert steps() == 1\n`;
  }
  return { files, aims };
}
