// What people read: texts by key in catalogues, and templates by the name under which they are rendered. Pure.
import { cap, depth, type Draw, type Home, jsTest, type Part, up } from '../part.ts';

/** `namespace`: a hook gives a function for one part of the catalogue. `descriptor`: ids stand in a list of messages. `po`: the text itself is the key. `toml`: by message id, in Go. */
export function translation(draw: Draw, home: Home, how: 'namespace' | 'descriptor' | 'po' | 'toml'): Part {
  const [service, word, phrase] = [draw.word(), draw.word(), `${draw.word()} und ${draw.word()}`];
  const wrong = (line: string): string => line.replace(phrase, 'etwas anderes');
  const part = (path: string, files: Record<string, string>): Part => ({
    files,
    aims: [{ kind: 'translation', path, pattern: new RegExp(phrase), replace: wrong }],
  });
  if (how === 'po') {
    const dir = home.py(service);
    const catalogue = `locale/de/LC_MESSAGES/${word}.po`;
    const key = `Your ${word} is on its way`;
    return part(catalogue, {
      'tools/catalogue.py': CATALOGUE_PY,
      [catalogue]: `msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8"\n\nmsgid "${key}"\nmsgstr "${phrase}"\n\nmsgid "Thank you, ${word}"\nmsgstr "Danke"\n`,
      [`${dir}/${service}_mail.py`]: `def subject(gettext):\n    _ = gettext\n    return _("${key}")\n`,
      [`${dir}/test_${service}_mail.py`]: `import sys\nfrom pathlib import Path\n\nsys.path.append(str(Path(__file__).resolve().parents[${depth(dir)}] / "tools"))\nfrom catalogue import gettext_of  # noqa: E402\n\nfrom ${service}_mail import subject\n\n\ndef test_subject():\n    assert subject(gettext_of("de")) == "${phrase}"\n`,
    });
  }
  if (how === 'toml') {
    const dir = home.go(service);
    const id = `${cap(word)}OnItsWay`;
    return part(`${dir}/active.de.toml`, {
      [`${dir}/active.de.toml`]: `[${id}]\ndescription = "Of a mail"\nother = "${phrase}"\n`,
      [`${dir}/localizer.go`]: `package ${service}\n\nimport (\n\t"embed"\n\t"strings"\n)\n\n//go:embed *.toml\nvar texts embed.FS\n\n// LocalizeConfig says which text.\ntype LocalizeConfig struct{ MessageID string }\n\n// MustLocalize gives the text of a language.\nfunc MustLocalize(language string, config LocalizeConfig) string {\n\ttext, _ := texts.ReadFile("active." + language + ".toml")\n\t_, rest, _ := strings.Cut(string(text), "["+config.MessageID+"]")\n\t_, rest, _ = strings.Cut(rest, "other = \\"")\n\tfound, _, _ := strings.Cut(rest, "\\"")\n\treturn found\n}\n`,
      [`${dir}/mail.go`]: `package ${service}\n\n// Subject of the mail.\nfunc Subject(language string) string {\n\treturn MustLocalize(language, LocalizeConfig{MessageID: "${id}"})\n}\n`,
      [`${dir}/mail_test.go`]: `package ${service}\n\nimport "testing"\n\nfunc TestSubject(t *testing.T) {\n\tif Subject("de") != "${phrase}" {\n\t\tt.Fatal(Subject("de"))\n\t}\n}\n`,
    });
  }
  const dir = home.js(service);
  const catalogue = `locales/de/${service}.json`;
  const source = {
    namespace: `export function Notice({ useTranslations }) {\n  const t = useTranslations('${service}.${word}');\n  return '<p>' + t('onItsWay') + '</p>';\n}\n`,
    descriptor: `const messages = {\n  onItsWay: { id: '${service}.${word}.onItsWay', defaultMessage: 'On its way' },\n};\n\nexport const Notice = ({ intl }) => '<p>' + intl.formatMessage(messages.onItsWay) + '</p>';\n`,
  }[how];
  return part(catalogue, {
    'tools/intl.mjs': INTL,
    [catalogue]: `{\n  "${word}": {\n    "onItsWay": "${phrase}",\n    "thanks": "Danke"\n  }\n}\n`,
    [`${dir}/src/${word}-notice.js`]: source,
    [`${dir}/test/${word}-notice.test.js`]: jsTest(
      `import { providerOf } from '${up(dir)}../tools/intl.mjs';\nimport { Notice } from '../src/${word}-notice.js';`,
      `test('says it in German', () => assert.match(Notice(providerOf('de')), /${phrase}/));`,
    ),
  });
}

const INTL = `import { readdirSync, readFileSync } from 'node:fs';

/** Each file of a language is a namespace. */
export function providerOf(language) {
  const folder = new URL(\`../locales/\${language}/\`, import.meta.url);
  const all = Object.fromEntries(readdirSync(folder).map((file) => [file.replace('.json', ''), JSON.parse(readFileSync(new URL(file, folder), 'utf8'))]));
  const find = (path) => path.split('.').reduce((at, key) => at?.[key], all);
  return {
    useTranslations: (namespace) => (key) => find(\`\${namespace}.\${key}\`) ?? key,
    intl: { formatMessage: ({ id, defaultMessage }) => find(id) ?? defaultMessage },
  };
}
`;
const CATALOGUE_PY = `import ast
import re
from pathlib import Path


def gettext_of(language):
    known = {}
    for path in (Path(__file__).resolve().parents[1] / "locale" / language / "LC_MESSAGES").glob("*.po"):
        for key, text in re.findall(r'^msgid (".*")\\nmsgstr (".*")$', path.read_text(), re.M):
            known[ast.literal_eval(key)] = ast.literal_eval(text)
    return lambda key: known.get(key, key)
`;

/** A view named by a table, a partial, a folder of mails; a view of a class in Python; a template that Go defines under another name than its file's. */
export function template(draw: Draw, home: Home, language: 'js' | 'py' | 'go'): Part {
  const [service, word, phrase] = [draw.word(), draw.word(), `${draw.word()} and ${draw.word()}`];
  const wrong = (line: string): string => line.replace(phrase, 'something else');
  const part = (path: string, files: Record<string, string>): Part => ({
    files,
    aims: [{ kind: 'template', path, pattern: new RegExp(phrase), replace: wrong }],
  });
  if (language === 'go') {
    const dir = home.go(service);
    const path = `${dir}/templates/${word}.tmpl`;
    return part(path, {
      [path]: `{{define "${word}-total"}}${phrase}: {{.}}{{end}}\n`,
      [`${dir}/templates/footer.tmpl`]: `{{define "footer"}}thanks{{end}}\n`,
      [`${dir}/page.go`]: `package ${service}\n\nimport (\n\t"embed"\n\t"strings"\n\t"text/template"\n)\n\n//go:embed templates/*.tmpl\nvar files embed.FS\n\nvar pages = template.Must(template.ParseFS(files, "templates/*.tmpl"))\n\n// Total is the page of a sum.\nfunc Total(cents int) string {\n\tvar out strings.Builder\n\tif err := pages.ExecuteTemplate(&out, "${word}-total", cents); err != nil {\n\t\treturn err.Error()\n\t}\n\treturn out.String()\n}\n`,
      [`${dir}/page_test.go`]: `package ${service}\n\nimport "testing"\n\nfunc TestTotal(t *testing.T) {\n\tif Total(3) != "${phrase}: 3" {\n\t\tt.Fatal(Total(3))\n\t}\n}\n`,
    });
  }
  if (language === 'py') {
    const dir = home.py(service);
    const path = `templates/${service}/${word}_detail.html`;
    const [view, call] = draw.pick([
      [
        `class ${cap(word)}Detail:\n    template_name = "${service}/${word}_detail.html"\n\n    def get(self, render, total):\n        return render(self.template_name, {"total": total})\n`,
        `${cap(word)}Detail().get`,
      ],
      [`def detail(render, total, action="detail"):\n    return render(f"${service}/${word}_{action}.html", {"total": total})\n`, 'detail'],
    ] as const);
    return part(path, {
      'tools/pages.py': PAGES_PY,
      [path]: `<h1>${phrase}</h1>\n<p>$total</p>\n`,
      [`${dir}/${service}_views.py`]: view,
      [`${dir}/test_${service}_views.py`]: `import sys\nfrom pathlib import Path\n\nsys.path.append(str(Path(__file__).resolve().parents[${depth(dir)}] / "tools"))\nfrom pages import render  # noqa: E402\n\nfrom ${service}_views import ${call.split('()')[0]}\n\n\ndef test_page():\n    assert "${phrase}" in ${call}(render, 3)\n`,
    });
  }
  const dir = home.js(service);
  const how = draw.pick(['table', 'partial', 'mail'] as const);
  const path = `${dir}/${{ table: `views/${word}/paid.mustache`, partial: `views/partials/${word}.mustache`, mail: `emails/${word}/html.mustache` }[how]}`;
  const [name, folder] = { table: ['PAGES[state]', 'views'], partial: [`'${service}'`, 'views'], mail: ["template + '/html'", 'emails'] }[how];
  const before = { table: `const PAGES = { open: '${word}/open', paid: '${word}/paid' };\n\n`, partial: '', mail: '' }[how];
  const signature = { table: "render, total, state = 'paid'", partial: 'render, total', mail: `render, total, template = '${word}'` }[how];
  return part(path, {
    'tools/mustache.mjs': MUSTACHE,
    [path]: `<h1>${phrase}</h1>\n<p>{{total}}</p>\n`,
    ...(how === 'partial' ? { [`${dir}/views/${service}.mustache`]: `<main>{{> partials/${word}}}</main>\n` } : {}),
    [`${dir}/src/${word}-page.js`]: `${before}export const page = (${signature}) => render(${name}, { total });\n`,
    [`${dir}/test/${word}-page.test.js`]: jsTest(
      `import { rendererOf } from '${up(dir)}../tools/mustache.mjs';\nimport { page } from '../src/${word}-page.js';`,
      `test('shows it', () => assert.match(page(rendererOf(new URL('../${folder}/', import.meta.url)), 3), /${phrase}/));`,
    ),
  });
}

const MUSTACHE = `import { readFileSync } from 'node:fs';

/** A name below the folder, without its ending. */
export function rendererOf(folder) {
  const render = (name, model) =>
    readFileSync(new URL(\`\${name}.mustache\`, folder), 'utf8')
      .replaceAll(/\\{\\{> ([\\w/]+)\\}\\}/g, (_, partial) => render(partial, model))
      .replaceAll(/\\{\\{(\\w+)\\}\\}/g, (_, key) => model[key]);
  return render;
}
`;
const PAGES_PY = `from pathlib import Path
from string import Template


def render(name, context):
    text = (Path(__file__).resolve().parents[1] / "templates" / name).read_text()
    return Template(text).substitute(context)
`;
