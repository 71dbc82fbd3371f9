// The shape of a Python module, by tree-sitter. Pure but for loading the grammar.
import type { Node } from 'web-tree-sitter';
import { treeSitter } from '../tree-sitter.ts';
import { type LocalNames, pythonLocals } from './local-names.ts';
import type { Declaration, ModuleShape } from './module-shape.ts';

/** Null where the source cannot be parsed. Every top-level name counts as exported. `anyLocals`: prints are equal under any names inside of functions. */
export async function shapeOfPython(source: string, anyLocals = false): Promise<ModuleShape | null> {
  const parser = await treeSitter('python');
  const tree = parser.parse(source);
  if (!tree) return null;
  try {
    if (tree.rootNode.hasError) return null;
    const shape: ModuleShape = {
      declarations: [],
      imports: [],
      exports: new Map(),
      reexports: [],
      opaque: /\b(?:globals|exec|eval|setattr|__getattr__)\b\s*\(/.test(source),
    };
    const readsDocs = source.includes('__doc__');
    for (const [i, node] of tree.rootNode.namedChildren.entries()) if (node) addStatement(shape, node, i === 0, readsDocs, anyLocals);
    addMembers(shape, tree.rootNode);
    for (const { names } of shape.declarations) for (const name of names) shape.exports.set(name, name);
    for (const { local } of shape.imports) if (local !== '') shape.exports.set(local, local);
    return shape;
  } finally {
    tree.delete();
  }
}

function addStatement(shape: ModuleShape, node: Node, first: boolean, readsDocs: boolean, anyLocals: boolean): void {
  if (node.type === 'comment') return;
  if (first && !readsDocs && isDocstring(node)) return;
  if (node.type === 'import_statement' || node.type === 'import_from_statement') return addImports(shape, node);
  const { print, refs } = readTokens(node, readsDocs, anyLocals ? pythonLocals(node) : () => null);
  const names = namesOf(node);
  shape.declarations.push({ names, print, refs, effect: names.length === 0, span: [node.startIndex, node.endIndex] } satisfies Declaration);
}

function addImports(shape: ModuleShape, node: Node): void {
  const module = node.childForFieldName('module_name')?.text ?? null;
  const named = node.childrenForFieldName('name');
  // `from x import *` brings names that are not in the source.
  if (module !== null && named.length === 0) {
    shape.opaque = true;
    shape.imports.push({ spec: module, imported: null, local: '' });
  }
  for (const one of named) {
    const name = (one.childForFieldName('name') ?? one).text;
    const alias = one.childForFieldName('alias')?.text;
    if (module === null) shape.imports.push({ spec: name, imported: '*', local: alias ?? name.split('.')[0] ?? name });
    else shape.imports.push({ spec: module, imported: name, local: alias ?? name });
  }
}

/** Attributes of imported names; one that is also handed on, looked up by text or only imported has none that are all. */
function addMembers({ imports }: ModuleShape, root: Node): void {
  const members = new Map(imports.filter(({ local }) => local !== '').map(({ local }) => [local, new Set<string>()]));
  const whole = new Set<string>();
  for (const node of root.descendantsOfType('identifier')) {
    const own = node && members.get(node.text);
    if (!own || isImported(node)) continue;
    const parent = node.parent;
    const attribute =
      parent?.type === 'attribute' && parent.childForFieldName('object')?.startIndex === node.startIndex ? parent.childForFieldName('attribute') : null;
    if (attribute) own.add(attribute.text);
    else if (parent?.type !== 'attribute') whole.add(node.text);
  }
  for (const one of imports) {
    const own = members.get(one.local);
    if (own !== undefined && own.size > 0 && !whole.has(one.local)) one.members = own;
  }
}

function isImported(node: Node): boolean {
  for (let at = node.parent; at; at = at.parent) if (at.type.startsWith('import_')) return true;
  return false;
}

function namesOf(node: Node): string[] {
  if (node.type === 'function_definition' || node.type === 'class_definition') return texts(node.childForFieldName('name'));
  if (node.type === 'decorated_definition') {
    // A decorator may register what it decorates (a route, a task): that runs when the module is loaded.
    const decorators = node.namedChildren.filter((child) => child?.type === 'decorator').map((child) => child?.text ?? '');
    return decorators.every((text) => /^@(staticmethod|classmethod|property|dataclass|functools\.|lru_cache|cache|contextmanager|wraps|pytest\.)/.test(text))
      ? texts(node.childForFieldName('definition')?.childForFieldName('name') ?? null)
      : [];
  }
  const assignment = node.type === 'expression_statement' ? node.namedChild(0) : null;
  if (assignment?.type !== 'assignment') return [];
  const left = assignment.childForFieldName('left');
  return left?.type === 'identifier' ? [left.text] : [];
}

const texts = (node: Node | null): string[] => (node ? [node.text] : []);

const isDocstring = (node: Node): boolean =>
  node.type === 'expression_statement' && node.namedChildCount === 1 && node.namedChild(0)?.type === 'string' && !node.text.includes('>>>');

/** Leaves without comments and docstrings; a block keeps its bounds, since indentation is meaning. */
function readTokens(root: Node, readsDocs: boolean, nameOf: LocalNames): { print: string; refs: Set<string> } {
  const parts: string[] = [];
  const refs = new Set<string>();
  const visit = (node: Node, decorated: boolean): void => {
    if (node.type === 'comment') return;
    if (node.type === 'identifier') refs.add(node.text);
    if (node.childCount === 0 || node.type === 'string')
      parts.push(node.type === 'string' ? plainString(named(node, nameOf)) : node.type === 'identifier' ? (nameOf(node) ?? node.text) : node.text);
    if (node.type === 'string') {
      for (const name of node.text.match(/\b[A-Za-z_]\w*\b/g) ?? []) if (/^\w*f/i.test(node.text)) refs.add(name);
      return;
    }
    if (node.type === 'block') parts.push('{');
    let skip = node.type === 'block' && !readsDocs && !decorated && node.namedChildCount > 1;
    for (const child of node.children) {
      if (!child) continue;
      if (skip && isDocstring(child)) {
        skip = false;
        continue;
      }
      if (child.isNamed && child.type !== 'comment') skip = false;
      visit(child, decorated || node.type === 'decorated_definition');
    }
    if (node.type === 'block') parts.push('}');
  };
  visit(root, false);
  return { print: parts.filter((part) => part.trim() !== '').join(' '), refs };
}

/** A text with the names that stand in its braces as `nameOf` has them. */
function named(string: Node, nameOf: LocalNames): string {
  let text = '';
  let at = string.startIndex;
  for (const one of string.descendantsOfType('identifier')) {
    const name = one && nameOf(one);
    if (!one || name === null) continue;
    text += string.text.slice(at - string.startIndex, one.startIndex - string.startIndex) + name;
    at = one.endIndex;
  }
  return text + string.text.slice(at - string.startIndex);
}

const plainString = (text: string): string => text.replace(/^'([^'"\\\n]*)'$/, '"$1"');
