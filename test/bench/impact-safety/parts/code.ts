// Ordinary code: modules of several functions that use each other, within packages and between them, and a test for each. Pure.
import { cap, type Draw, type Home, jsTest, type Part } from '../part.ts';

type Fn = { name: string; from: string; at(n: number): number };

/** `count` modules in a chain with side branches; a module exports three functions, of which others use one or two. */
export function code(draw: Draw, home: Home, language: 'js' | 'ts' | 'py' | 'go', count: number): Part {
  const unit = draw.word();
  const dir = language === 'py' ? home.py(unit) : language === 'go' ? home.go(unit) : home.js(unit);
  const files: Record<string, string> = {};
  const aims: Part['aims'] = [];
  const groups: string[][] = [];
  const pathOf = (module: string): string =>
    language === 'py' ? `${dir}/${unit}_${module}.py` : language === 'go' ? `${dir}/${module}.go` : `${dir}/src/${module}.${language}`;
  const known: Fn[] = [];
  for (let i = 0; i < count; i++) {
    const module = draw.word();
    const used = known.length === 0 || draw.number(1, 4) === 1 ? null : draw.pick(known.slice(-6));
    const [a, b, limit] = [draw.number(2, 9), draw.number(2, 9), draw.number(5, 20)];
    const names =
      language === 'go' ? [`${cap(module)}Scale`, `${cap(module)}Clip`, `${cap(module)}Both`] : [`${module}_scale`, `${module}_clip`, `${module}_both`];
    const [scale = '', clip = '', both = ''] = names;
    const before = (n: number): number => (used ? used.at(n) : n);
    const fns = [
      { name: scale, from: module, at: (n: number) => before(n) * a + b },
      { name: clip, from: module, at: (n: number) => (n > limit ? limit : n) },
      { name: both, from: module, at: (n: number) => (n > limit ? limit : n) * a },
    ];
    const call = used ? `${used.name}(n)` : 'n';
    if (language === 'py') {
      files[`${dir}/${unit}_${module}.py`] =
        `${used ? `from ${unit}_${used.from} import ${used.name}\n\n\n` : ''}def ${scale}(n):\n    return ${call} * ${a} + ${b}\n\n\ndef ${clip}(n):\n    if n > ${limit}:\n        return ${limit}\n    return n\n\n\ndef ${both}(n):\n    return ${clip}(n) * ${a}\n`;
      files[`${dir}/test_${unit}_${module}.py`] =
        `from ${unit}_${module} import ${names.join(', ')}\n\n\ndef test_scale():\n    assert ${scale}(3) == ${fns[0]?.at(3)}\n\n\ndef test_clip():\n    assert ${clip}(${limit + 5}) == ${limit}\n    assert ${clip}(${limit}) == ${limit}\n    assert ${both}(2) == ${2 * a}\n`;
      aims.push({ kind: 'import', path: `${dir}/${unit}_${module}.py`, pattern: /n > |return/ });
    } else if (language === 'go') {
      files[`${dir}/${module}.go`] =
        `package ${unit}\n\n// ${scale} is one of the sums of the house.\nfunc ${scale}(n int) int {\n\treturn ${call}*${a} + ${b}\n}\n\n// ${clip} is never more than ${limit}.\nfunc ${clip}(n int) int {\n\tif n > ${limit} {\n\t\treturn ${limit}\n\t}\n\treturn n\n}\n\n// ${both} clips first.\nfunc ${both}(n int) int {\n\treturn ${clip}(n) * ${a}\n}\n`;
      files[`${dir}/${module}_test.go`] =
        `package ${unit}\n\nimport "testing"\n\nfunc Test${cap(module)}(t *testing.T) {\n\tif ${scale}(3) != ${fns[0]?.at(3)} || ${clip}(${limit + 5}) != ${limit} || ${clip}(${limit}) != ${limit} || ${both}(2) != ${2 * a} {\n\t\tt.Fatal("${module}")\n\t}\n}\n`;
      aims.push({ kind: 'same-package', path: `${dir}/${module}.go`, pattern: /n > |return/ });
    } else {
      const typed = language === 'ts' ? ': number' : '';
      files[`${dir}/src/${module}.${language}`] =
        `${used ? `import { ${used.name} } from './${used.from}.${language}';\n\n` : ''}export const ${scale} = (n${typed})${typed} => ${call} * ${a} + ${b};\n\nexport function ${clip}(n${typed})${typed} {\n  if (n > ${limit}) return ${limit};\n  return n;\n}\n\n/** Clips first. */\nexport const ${both} = (n${typed})${typed} => ${clip}(n) * ${a};\n`;
      files[`${dir}/test/${module}.test.${language}`] = jsTest(
        `import { ${names.join(', ')} } from '../src/${module}.${language}';`,
        `test('${module}', () => {\n  assert.equal(${scale}(3), ${fns[0]?.at(3)});\n  assert.equal(${clip}(${limit + 5}), ${limit});\n  assert.equal(${clip}(${limit}), ${limit});\n  assert.equal(${both}(2), ${2 * a});\n});`,
      );
      aims.push({ kind: 'symbol', path: `${dir}/src/${module}.${language}`, pattern: /n > |=>|return n/ });
    }
    groups.push([...Object.keys(files).slice(-2), ...(used ? [pathOf(used.from)] : [])]);
    known.push(...fns.map((fn) => ({ ...fn })));
  }
  return { files, aims, groups };
}
