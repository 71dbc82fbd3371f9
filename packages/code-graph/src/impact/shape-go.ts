// The shape of a Go file, by tree-sitter: every top-level name is seen by its package, methods count for their type. Pure but for loading the grammar.
import type { Node } from 'web-tree-sitter';
import { treeSitter } from '../tree-sitter.ts';
import { tokensOf } from './compare-program.ts';
import { goLocals } from './local-names.ts';
import type { Declaration, ModuleShape } from './module-shape.ts';
import { narrowWholeImports } from './shape-commonjs.ts';

/** Null where the source cannot be parsed. `anyLocals`: prints are equal under any names inside of functions. */
export async function shapeOfGo(source: string, anyLocals = false): Promise<ModuleShape | null> {
  const parser = await treeSitter('go');
  const tree = parser.parse(source);
  if (!tree) return null;
  try {
    if (tree.rootNode.hasError) return null;
    // cgo reads its comments.
    const shape: ModuleShape = { declarations: [], imports: [], exports: new Map(), reexports: [], opaque: source.includes('import "C"') };
    const bare = new Set<string>();
    for (const node of tree.rootNode.namedChildren) if (node) addTopLevel(shape, node, bare, anyLocals);
    for (const { names } of shape.declarations) for (const name of names) shape.exports.set(name, name);
    narrowWholeImports(shape, bare);
    return shape;
  } finally {
    tree.delete();
  }
}

function addTopLevel(shape: ModuleShape, node: Node, bare: Set<string>, anyLocals: boolean): void {
  const add = (names: string[], one: Node, effect = false): void => {
    shape.declarations.push({
      names,
      print: `${node.type} ${tokensOf(one, 'go', anyLocals ? goLocals(one) : undefined)}`,
      refs: referencesOf(one, bare),
      effect,
      span: [one.startIndex, one.endIndex],
    } satisfies Declaration);
  };
  const name = node.childForFieldName('name')?.text ?? '';
  switch (node.type) {
    case 'comment':
      // Constraints and directives are read by the compiler.
      if (/^\/\/(go:|export |\s*\+build)/.test(node.text)) shape.declarations.push({ names: [], print: node.text, refs: new Set(), effect: true });
      return;
    case 'import_declaration':
      for (const spec of node.descendantsOfType('import_spec')) if (spec) addImport(shape, spec);
      return;
    case 'function_declaration':
      // `init` and `main` run without being called by a name.
      return add(/^(init|main|TestMain|_)$/.test(name) ? [] : [name], node, /^(init|main|TestMain|_)$/.test(name));
    case 'method_declaration': {
      const receiver = node.childForFieldName('receiver')?.descendantsOfType('type_identifier')[0]?.text;
      return add(receiver === undefined ? [] : [receiver], node, receiver === undefined);
    }
    case 'type_declaration':
      for (const spec of node.namedChildren) if (spec && spec.type !== 'comment') add([spec.childForFieldName('name')?.text ?? ''], spec);
      return;
    case 'const_declaration':
      // With iota each value depends on where it stands.
      if (node.text.includes('iota'))
        return add(
          node.descendantsOfType('const_spec').flatMap((spec) => namesOf(spec)),
          node,
        );
      for (const spec of node.descendantsOfType('const_spec')) if (spec) add(namesOf(spec), spec);
      return;
    case 'var_declaration':
      for (const spec of node.descendantsOfType('var_spec')) if (spec) add(namesOf(spec), spec, namesOf(spec).length === 0);
      return;
    default:
      add([], node, true);
  }
}

const namesOf = (spec: Node | null): string[] =>
  spec?.childrenForFieldName('name').flatMap((name) => (name && name.text !== '_' && name.text !== ',' ? [name.text] : [])) ?? [];

function addImport(shape: ModuleShape, node: Node): void {
  const spec = node.childForFieldName('path')?.text.slice(1, -1) ?? '';
  const alias = node.childForFieldName('name')?.text;
  if (alias === '.') shape.opaque = true;
  if (alias === '.' || alias === '_') shape.imports.push({ spec, imported: null, local: '' });
  else if (alias !== undefined) shape.imports.push({ spec, imported: '*', local: alias });
  else {
    // The package's own name is in its files, not here: every part that it may be called by.
    const [last = spec, before = ''] = spec.split('/').toReversed();
    const name = /^v\d+$/.test(last) ? before : last;
    for (const local of new Set([name, name.replace(/^go-|[-.]go$/g, ''), name.replaceAll('-', '_'), name.replaceAll('-', ''), name.replace(/\.v\d+$/, '')]))
      shape.imports.push({ spec, imported: '*', local });
  }
}

/** Identifiers below a node; of `pkg.Name` both `pkg` and `pkg.Name`. `bare` takes what stands alone. */
function referencesOf(root: Node, bare: Set<string>): Set<string> {
  const found = new Set<string>();
  const open = [root];
  for (let node = open.pop(); node; node = open.pop()) {
    if (node.type === 'comment' || node.type === 'field_identifier') continue;
    const [object, member] =
      node.type === 'selector_expression'
        ? [node.childForFieldName('operand'), node.childForFieldName('field')]
        : node.type === 'qualified_type'
          ? [node.childForFieldName('package'), node.childForFieldName('name')]
          : [null, null];
    if (object && member && object.type.endsWith('identifier')) {
      found.add(object.text).add(`${object.text}.${member.text}`);
      continue;
    }
    if (/^(identifier|type_identifier|package_identifier)$/.test(node.type)) {
      found.add(node.text);
      bare.add(node.text);
    }
    for (const child of node.namedChildren) if (child) open.push(child);
  }
  return found;
}
