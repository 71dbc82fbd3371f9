// Tests of Go, in the package that the others are in. Pure.
import { goText, importsFor, renderGo } from '../go/render.ts';
import type { Value } from '../value.ts';
import { names } from './test-case.ts';
import type { TestCase } from './test-case.ts';

/** `external` is the import path where the tests stand outside of the package. */
export function writeGo(packageName: string, external: string | null, cases: readonly TestCase[]): string {
  const qualify = (name: string): string => (external === null ? name : name.replaceAll(/(?<![\w.])([A-Z]\w*)/g, `${packageName}.$1`));
  const written = (value: Value): string => untyped(renderGo(value, qualify) ?? 'nil');
  const titles = names(cases, (words) => `Test${words.map((word) => word.slice(0, 1).toUpperCase() + word.slice(1)).join('')}`);
  const bodies = cases.map((one, i) => {
    const args = one.args.map(written);
    const target = external === null || one.callable.receiver ? '' : `${packageName}.`;
    const call = one.callable.receiver
      ? `(${args[0]}).${one.callable.path[1]}(${args.slice(1).join(', ')})`
      : `${target}${one.callable.path[0]}(${args.join(', ')})`;
    return `func ${titles[i]}(t *testing.T) {\n${checks(one, call, written)
      .map((line) => `\t${line}\n`)
      .join('')}}`;
  });
  const body = bodies.join('\n\n');
  const imports = [...importsFor(body), ...(/\breflect\./.test(body) ? ['reflect'] : []), 'testing'].toSorted();
  const own = external === null ? [] : [`\n\t"${external}"`];
  return `package ${packageName}${external === null ? '' : '_test'}\n\nimport (\n${[...imports.map((name) => `\t"${name}"`), ...own].join('\n')}\n)\n\n${body}\n`;
}

function checks({ expect }: TestCase, call: string, written: (value: Value) => string): string[] {
  if (expect.kind !== 'returns') return [];
  const { value } = expect;
  if (value.t !== 'list' || value.as !== 'results') return value.t === 'undefined' ? [call] : [`got := ${call}`, ...check('got', value, written)];
  const all = value.v.map((_, i) =>
    value.v[i]?.t === 'error' || (i === value.v.length - 1 && value.v[i]?.t === 'null') ? 'err' : `got${i === 0 ? '' : i + 1}`,
  );
  return [`${all.join(', ')} := ${call}`, ...value.v.flatMap((one, i) => check(all[i] ?? '', one, written))];
}

function check(name: string, value: Value, written: (value: Value) => string): string[] {
  const no = (want: string): string => `\tt.Errorf("${name} is %v, want %v", ${name}, ${want})`;
  if (value.t === 'error')
    return [`if ${name} == nil || ${name}.Error() != ${goText(value.v)} {`, `\tt.Errorf("${name} is %v, want %v", ${name}, ${goText(value.v)})`, '}'];
  if (value.t === 'null' || ('as' in value && value.as?.startsWith('nil '))) return [`if ${name} != nil {`, no('"nil"'), '}'];
  const want = written(value);
  if (value.t === 'bool') return [`if ${value.v ? '!' : ''}${name} {`, no(want), '}'];
  if (value.t === 'num' || value.t === 'str') return [`if ${name} != ${want} {`, no(want), '}'];
  return [`want := ${want}`, `if !reflect.DeepEqual(${name}, want) {`, no('want'), '}'];
}

/** Where the place has a type already, a literal needs none. */
const untyped = (text: string): string =>
  text.replaceAll(
    /"(?:\\.|[^"\\])*"|\b(?:u?int(?:8|16|32|64)?|float64|float32|byte|rune)\((-?[\d.]+(?:e[-+]?\d+)?)\)/g,
    (whole, digits: string | undefined) => digits ?? whole,
  );
