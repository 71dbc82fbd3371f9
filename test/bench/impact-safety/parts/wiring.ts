// Code that is put in from elsewhere: implementations by a container, a registry or a setting, and packages of other people by their version. Pure.
import { camel, cap, depth, type Draw, type Home, jsTest, type Part, up, upper } from '../part.ts';

/** `folder`: everything in a folder under its file's name, taken out by destructuring. `token`: modules that are listed, classes that say what they want. */
export function injectedJs(draw: Draw, home: Home, how: 'folder' | 'token', language: 'js' | 'ts' = 'js'): Part {
  const [service, caller, word, rate] = [draw.word(), draw.word(), draw.word(), draw.number(2, 9)];
  if (how === 'folder') {
    const src = `${home.js(service)}/src`;
    const name = camel(word, 'rate');
    return {
      files: {
        [`${src}/container.js`]: CONTAINER,
        [`${src}/providers/${word}-rate.js`]: `export default () => ({ of: (cents) => cents * ${rate} });\n`,
        [`${src}/providers/${word}-invoice.js`]: `export default ({ ${name} }) => ({ total: (cents) => cents + ${name}.of(cents) });\n`,
        [`${home.js(service)}/test/${word}-invoice.test.js`]: jsTest(
          `import { createContainer } from '../src/container.js';`,
          `test('the rate is on it', async () => {\n  const { cradle } = await createContainer();\n  assert.equal(cradle.${camel(word, 'invoice')}.total(10), ${10 + 10 * rate});\n});`,
        ),
      },
      aims: [{ kind: 'injection', path: `${src}/providers/${word}-rate.js`, pattern: /cents \*/ }],
    };
  }
  const own = home.js(caller);
  const module = `${home.js(service)}/src/${word}.module.js`;
  const token = `${upper(word)}_RATE`;
  const [n, of, as] = language === 'ts' ? [': number', ': { of(cents: number): number }', ' as const'] : ['', '', ''];
  return {
    files: {
      'tools/injector.mjs': INJECTOR,
      [`wiring/${caller}.json`]: `["${module}"]\n`,
      [module]: `export default {\n  providers: [{ provide: '${token}', useFactory: () => ({ of: (cents) => cents * ${rate} }) }],\n};\n`,
      [`${own}/src/${word}-invoice.${language}`]: `export class Invoice {\n  static inject = ['${token}']${as};\n  #rate;\n\n  constructor(rate${of}) {\n    this.#rate = rate;\n  }\n\n  total(cents${n})${n} {\n    return cents + this.#rate.of(cents);\n  }\n}\n`,
      [`${own}/test/${word}-invoice.test.${language}`]: jsTest(
        `import { injectorOf } from '${up(own)}../tools/injector.mjs';\nimport { Invoice } from '../src/${word}-invoice.${language}';`,
        `test('the rate is on it', async () => {\n  const { make } = await injectorOf('${caller}');\n  assert.equal(make(Invoice).total(10), ${10 + 10 * rate});\n});`,
      ),
    },
    aims: [{ kind: 'injection', path: module, pattern: /cents \*/ }],
  };
}

const CONTAINER = `import { readdirSync } from 'node:fs';

const here = new URL('providers/', import.meta.url);
const nameOf = (file) => file.replace('.js', '').replaceAll(/-(\\w)/g, (_, letter) => letter.toUpperCase());

/** Factories take what they need out of the cradle. */
export async function createContainer() {
  const [factories, made] = [{}, {}];
  for (const file of readdirSync(here)) factories[nameOf(file)] = (await import(new URL(file, here))).default;
  const cradle = new Proxy({}, { get: (_, name) => (made[name] ??= factories[name](cradle)) });
  return { cradle };
}
`;
const INJECTOR = `import { readFileSync } from 'node:fs';

const root = new URL('../', import.meta.url);

/** What an application is wired from is listed by its name. */
export async function injectorOf(application) {
  const known = new Map();
  for (const path of JSON.parse(readFileSync(new URL(\`wiring/\${application}.json\`, root), 'utf8')))
    for (const provider of (await import(new URL(path, root))).default.providers) known.set(provider.provide, provider);
  return { make: (Class) => new Class(...Class.inject.map((token) => known.get(token).useFactory())) };
}
`;

/** `dotted`: a setting names the class, as in Django. `subclasses`: a class registers itself when its module is loaded. */
export function injectedPy(draw: Draw, home: Home, how: 'dotted' | 'subclasses'): Part {
  const [service, word, rate] = [draw.word(), draw.word(), draw.number(2, 9)];
  const dir = home.py(service);
  const folder = `${service}_rates`;
  const path = `${dir}/${folder}/${word}.py`;
  const test = `from ${service}_bill import total\n\n\ndef test_total():\n    assert total(10) == ${10 + 10 * rate}\n`;
  const files: Record<string, string> =
    how === 'dotted'
      ? {
          [`${dir}/${folder}/__init__.py`]: '',
          [path]: `class ${cap(word)}Rate:\n    def of(self, cents):\n        return cents * ${rate}\n`,
          [`${dir}/${service}_conf.py`]: `DEBUG = False\nRATE_BACKEND = "${folder}.${word}.${cap(word)}Rate"\n`,
          [`${dir}/${service}_bill.py`]: `from importlib import import_module\n\nimport ${service}_conf as conf\n\n\ndef import_string(dotted):\n    module, _, name = dotted.rpartition(".")\n    return getattr(import_module(module), name)\n\n\ndef total(cents):\n    return cents + import_string(conf.RATE_BACKEND)().of(cents)\n`,
        }
      : {
          [`${dir}/${folder}/__init__.py`]: `import importlib\nimport pkgutil\n\n\nclass Rate:\n    known = {}\n\n    def __init_subclass__(cls, code, **kwargs):\n        super().__init_subclass__(**kwargs)\n        Rate.known[code] = cls\n\n\ndef rate(code):\n    for found in pkgutil.iter_modules(__path__):\n        importlib.import_module(f"{__name__}.{found.name}")\n    return Rate.known[code]()\n`,
          [path]: `from ${folder} import Rate\n\n\nclass ${cap(word)}(Rate, code="${word}"):\n    def of(self, cents):\n        return cents * ${rate}\n`,
          [`${dir}/${service}_bill.py`]: `from ${folder} import rate\n\n\ndef total(cents):\n    return cents + rate("${word}").of(cents)\n`,
        };
  return { files: { ...files, [`${dir}/test_${service}_bill.py`]: test }, aims: [{ kind: 'injection', path, pattern: /cents \*/ }] };
}

/** A driver registers itself in init; whoever wants it imports it for nothing else. */
export function injectedGo(draw: Draw, home: Home): Part {
  const [registry, driver, caller, rate] = [draw.word(), draw.word(), draw.word(), draw.number(2, 9)];
  const [at, from, to] = [home.go(registry), home.go(driver), home.go(caller)];
  return {
    files: {
      [`${at}/registry.go`]: `package ${registry}\n\n// Rate is what is on an amount.\ntype Rate func(cents int) int\n\nvar known = map[string]Rate{}\n\n// Register is called by drivers.\nfunc Register(name string, rate Rate) { known[name] = rate }\n\n// Open gives the driver of that name.\nfunc Open(name string) Rate { return known[name] }\n`,
      [`${from}/driver.go`]: `package ${driver}\n\nimport "example.org/house/${at}"\n\nfunc init() {\n\t${registry}.Register("${driver}", func(cents int) int { return cents * ${rate} })\n}\n`,
      [`${to}/bill.go`]: `package ${caller}\n\nimport (\n\t"example.org/house/${at}"\n\t_ "example.org/house/${from}"\n)\n\n// Total has the rate on it.\nfunc Total(cents int) int { return cents + ${registry}.Open("${driver}")(cents) }\n`,
      [`${to}/bill_test.go`]: `package ${caller}\n\nimport "testing"\n\nfunc TestTotal(t *testing.T) {\n\tif Total(10) != ${10 + 10 * rate} {\n\t\tt.Fatal(Total(10))\n\t}\n}\n`,
    },
    aims: [{ kind: 'injection', path: `${from}/driver.go`, pattern: /cents \*/ }],
  };
}

/** Two versions lie in the repository, so that nothing is fetched; the manifest says which one counts. Only Go and Node resolve it themselves. */
export function packaged(draw: Draw, home: Home, language: 'js' | 'py' | 'go'): Part {
  const [service, word, rate] = [draw.word(), draw.word(), draw.number(3, 9)];
  const older = (line: string): string => line.replace('1.2.0', '1.1.0');
  const lib = (version: string, name: string): string => `third_party/${word}-${version}/${name}`;
  const versions = [
    ['1.1.0', rate - 1],
    ['1.2.0', rate],
  ] as const;
  const each = (name: string, text: (rate: number) => string): Record<string, string> =>
    Object.fromEntries(versions.map(([version, of]) => [lib(version, name), text(of)]));
  if (language === 'js') {
    const dir = home.js(service);
    return {
      files: {
        [`${dir}/package.json`]: `{\n  "name": "@house/${service}",\n  "version": "1.0.0",\n  "private": true,\n  "type": "module",\n  "imports": {\n    "#${word}": "./vendor/${word}-1.2.0/index.js"\n  }\n}\n`,
        ...Object.fromEntries(
          versions.map(([version, of]) => [`${dir}/vendor/${word}-${version}/index.js`, `export const rounded = (cents) => cents * ${of};\n`]),
        ),
        [`${dir}/src/${word}-prices.js`]: `import { rounded } from '#${word}';\n\nexport const price = (cents) => rounded(cents);\n`,
        [`${dir}/test/${word}-prices.test.js`]: jsTest(
          `import { price } from '../src/${word}-prices.js';`,
          `test('as rounded', () => assert.equal(price(10), ${10 * rate}));`,
        ),
      },
      aims: [{ kind: 'package', path: `${dir}/package.json`, pattern: /1\.2\.0/, replace: older }],
    };
  }
  if (language === 'py') {
    const dir = home.py(service);
    return {
      files: {
        ...each(`${word}.py`, (of) => `def rounded(cents):\n    return cents * ${of}\n`),
        [`${dir}/requirements.txt`]: `# Nothing is fetched: see conftest.py.\n${word}==1.2.0\n`,
        [`${dir}/conftest.py`]: `import sys\nfrom pathlib import Path\n\nHERE = Path(__file__).resolve().parent\nfor line in (HERE / "requirements.txt").read_text().splitlines():\n    name, _, version = line.partition("==")\n    if version:\n        sys.path.insert(0, str(HERE.parents[${depth(dir) - 1}] / "third_party" / f"{name}-{version}"))\n`,
        [`${dir}/${service}_prices.py`]: `from ${word} import rounded\n\n\ndef price(cents):\n    return rounded(cents)\n`,
        [`${dir}/test_${service}_prices.py`]: `from ${service}_prices import price\n\n\ndef test_price():\n    assert price(10) == ${10 * rate}\n`,
      },
      aims: [{ kind: 'package', path: `${dir}/requirements.txt`, pattern: /==/, replace: older }],
    };
  }
  const dir = home.go(service);
  const module = `example.com/${word}`;
  return {
    files: {
      ...each('go.mod', () => `module ${module}\n\ngo 1.22\n`),
      ...each(
        `${word}.go`,
        (of) =>
          `// Package ${word} is of other people.\npackage ${word}\n\n// Rounded is as they round.\nfunc Rounded(cents int) int { return cents * ${of} }\n`,
      ),
      [`${dir}/go.mod`]: `module example.org/house/${dir}\n\ngo 1.22\n\nrequire ${module} v1.2.0\n\nreplace (\n${versions.map(([version]) => `\t${module} v${version} => ${up(dir)}third_party/${word}-${version}\n`).join('')})\n`,
      [`${dir}/prices.go`]: `package ${service}\n\nimport "${module}"\n\n// Price is rounded.\nfunc Price(cents int) int { return ${word}.Rounded(cents) }\n`,
      [`${dir}/prices_test.go`]: `package ${service}\n\nimport "testing"\n\nfunc TestPrice(t *testing.T) {\n\tif Price(10) != ${10 * rate} {\n\t\tt.Fatal(Price(10))\n\t}\n}\n`,
    },
    aims: [{ kind: 'package', path: `${dir}/go.mod`, pattern: /^require/, replace: older }],
  };
}
