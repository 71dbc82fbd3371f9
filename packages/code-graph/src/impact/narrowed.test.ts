// What depends on a changed name by some of its lines only, on real commits: values of a chart, members of a module, snapshots, files of no unit.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeRepository, type Repository } from '@awo/repository';
import { openReachCache } from '../cache.ts';
import { type GitFixture, gitFixture } from '../git-repository.fixture.ts';
import { analyseImpact } from './analyse.ts';

const GO_TEST = (name: string): string => `package relay\n\nimport "testing"\n\nfunc Test${name}(t *testing.T) { ${name}() }\n`;
const PYTHON_TEST = (from: string, name: string): string => `from ${from} import ${name}\n\n\ndef test_it():\n    assert ${name}()\n`;
const FILES: Record<string, string> = {
  'go.mod': 'module example.org/relay\n\ngo 1.22\n',
  'chart/Chart.yaml': 'name: relay\n',
  'chart/values.yaml': 'relay:\n  peers: 5\n  colour: red\n',
  'chart/templates/deployment.yaml': 'env:\n  - name: RELAY_PEERS\n    value: {{ .Values.relay.peers | quote }}\n',
  'relay/config.go': 'package relay\n\nimport "os"\n\nfunc Peers() string { return os.Getenv("RELAY_PEERS") }\n',
  'relay/wire.go': 'package relay\n\nfunc Wire() int { return 1 }\n',
  'relay/config_test.go': GO_TEST('Peers'),
  'relay/wire_test.go': GO_TEST('Wire'),
  'py/pyproject.toml': '[project]\nname = "py"\n',
  'py/shop/__init__.py': '',
  'py/shop/fmt.py': 'def euros():\n    return "1 EUR"\n\n\ndef hello():\n    return "hello"\n',
  'py/shop/pay.py': 'from shop import fmt\n\n\ndef pay():\n    return fmt.euros()\n',
  'py/shop/mail.py': 'from shop import fmt\n\n\ndef mail():\n    return fmt.hello()\n',
  'py/shop/any.py': 'from shop import fmt\n\n\ndef by_name():\n    return getattr(fmt, "hello")\n',
  'py/tests/test_pay.py': PYTHON_TEST('shop.pay', 'pay'),
  'py/tests/test_mail.py': PYTHON_TEST('shop.mail', 'mail'),
  'py/tests/test_any.py': PYTHON_TEST('shop.any', 'by_name'),
  'py/tests/__snapshots__/test_pay.ambr': 'a\n',
  'dotnet/A.cs': 'class A { int N() => 1; }\n',
};

let fixture: GitFixture;
let repository: Repository;
const cache = openReachCache();
beforeAll(async () => {
  fixture = gitFixture();
  fixture.commit(FILES);
  repository = await fixture.open();
});
afterAll(() => fixture.remove());

test.each([
  [
    'a value of a chart reaches who reads the variable that a template makes of it, and no other of its package',
    'chart/values.yaml',
    '5',
    '7',
    ['relay/config_test.go'],
  ],
  [
    'a function of a Python module reaches who takes it of the module, and who may take any',
    'py/shop/fmt.py',
    '1 EUR',
    '1 €',
    ['py/tests/test_any.py', 'py/tests/test_pay.py'],
  ],
  ['a snapshot reaches its own test', 'py/tests/__snapshots__/test_pay.ambr', 'a', 'b', ['py/tests/test_pay.py']],
  ['a file of a language that no unit is written in reaches none for not being known', 'dotnet/A.cs', '1', '2', []],
])('%s', async (_, path, from, to, tests) => {
  const { sha: base } = await repository.resolve('HEAD');
  const head = fixture.commit({ [path]: (FILES[path] ?? '').replace(from, to) });
  const model = await describeRepository(repository, head);
  const report = await analyseImpact(repository, { ...model, units: model.units.filter(({ id }) => id !== '.') }, base, head, { cache, history: false });
  fixture.commit({ [path]: FILES[path] ?? null });
  expect(report.tests.map(({ file }) => file).toSorted()).toEqual(tests);
});
