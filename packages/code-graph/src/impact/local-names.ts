// Names that nobody outside of a function can see, told apart by what binds them: a function is the same under any of them. Pure.
import type { Node } from 'web-tree-sitter';

/** What stands for the name of an identifier; null where the name itself counts. */
export type LocalNames = (identifier: Node) => string | null;

type Scope = { start: number; end: number; names: Map<string, number> };

/** Places from which on a name is bound; of one scope the first counts, since `a, err := …` may bind `err` again. */
function bind(scopes: Map<string, Scope>, within: Node, name: Node, from: number): void {
  const key = `${within.startIndex}:${within.endIndex}`;
  const scope = scopes.get(key) ?? { start: within.startIndex, end: within.endIndex, names: new Map<string, number>() };
  scopes.set(key, scope);
  scope.names.set(name.text, Math.min(scope.names.get(name.text) ?? from, from));
}

/** The innermost scope that binds the name there; numbered in the order of the source. */
function resolver(scopes: ReadonlyMap<string, Scope>, fixed: ReadonlySet<string>, bound: ReadonlyMap<number, string>): LocalNames {
  const order = new Map<string, number>();
  return ({ text, startIndex }) => {
    if (fixed.has(text)) return null;
    let best: Scope | null = null;
    for (const scope of scopes.values()) {
      const from = scope.names.get(text);
      const here = from !== undefined && startIndex >= scope.start && startIndex < scope.end && startIndex >= from;
      if (here && (best === null || scope.start > best.start || (scope.start === best.start && scope.end < best.end))) best = scope;
    }
    const own = bound.get(startIndex);
    const key = own ?? (best ? `${best.start}:${best.end}` : null);
    if (key === null) return null;
    const at = order.get(`${key} ${text}`) ?? order.size;
    order.set(`${key} ${text}`, at);
    return `#${at}`;
  };
}

const GO_SCOPES = new Set([
  'block',
  'if_statement',
  'for_statement',
  'expression_switch_statement',
  'type_switch_statement',
  'select_statement',
  'expression_case',
  'default_case',
  'type_case',
  'communication_case',
]);

/** Of one top-level declaration: parameters, results, variables and constants inside of functions. */
export function goLocals(root: Node): LocalNames {
  const scopes = new Map<string, Scope>();
  const fixed = new Set<string>();
  /** Where a name is bound, before its scope begins. */
  const bound = new Map<number, string>();
  const add = (within: Node | null, names: readonly (Node | null)[], from: number): void => {
    for (const name of names) {
      if (!within || name?.type !== 'identifier' || name.text === '_') continue;
      bind(scopes, within, name, from);
      bound.set(name.startIndex, `${within.startIndex}:${within.endIndex}`);
    }
  };
  each(root, (node) => {
    if (node.type === 'function_declaration' || node.type === 'method_declaration' || node.type === 'func_literal') {
      const body = node.childForFieldName('body');
      for (const field of ['receiver', 'parameters', 'result']) {
        const list = node.childForFieldName(field);
        for (const one of list?.type === 'parameter_list' ? list.namedChildren : []) add(body, one?.childrenForFieldName('name') ?? [], body?.startIndex ?? 0);
      }
    } else if (
      node.type === 'short_var_declaration' ||
      ((node.type === 'range_clause' || node.type === 'receive_statement') && node.children.some((child) => child?.text === ':='))
    )
      add(scopeOf(node), node.childForFieldName('left')?.namedChildren ?? [], node.endIndex);
    else if (node.type === 'var_spec' || node.type === 'const_spec') add(scopeOf(node), node.childrenForFieldName('name'), node.endIndex);
    else if (node.type === 'type_switch_statement')
      add(node, node.childForFieldName('alias')?.namedChildren ?? [], node.childForFieldName('alias')?.startIndex ?? 0);
    // `{ key: value }`: a field of a struct, or a variable that is a key of a map.
    else if (node.type === 'keyed_element') each(node.namedChild(0), (key) => void (key.type === 'identifier' && fixed.add(key.text)));
  });
  return resolver(scopes, fixed, bound);
}

/** Null at the top level. */
function scopeOf(node: Node): Node | null {
  for (let at = node.parent; at; at = at.parent) if (GO_SCOPES.has(at.type)) return at;
  return null;
}

const COMPREHENSIONS = new Set(['list_comprehension', 'set_comprehension', 'dictionary_comprehension', 'generator_expression']);
const PATTERNS = new Set(['pattern_list', 'tuple_pattern', 'list_pattern', 'list_splat_pattern', 'as_pattern_target', 'expression_list']);
/** What reads variables by their names. */
const BY_NAME = /\b(?:locals|vars|dir|eval|exec|globals|getframe|currentframe|f_locals|inspect|match)\b/;

/** Of one top-level statement: what is assigned inside of functions. Parameters are called by name, functions and classes know theirs. */
export function pythonLocals(root: Node): LocalNames {
  const scopes = new Map<string, Scope>();
  const fixed = new Set<string>();
  const fix = (node: Node | null): void => each(node, (one) => void (one.type === 'identifier' && fixed.add(one.text)));
  if (BY_NAME.test(root.text)) return () => null;
  /** What a comprehension goes over is read outside of it. */
  const outside: [within: Node, name: string][] = [];
  const add = (target: Node | null, node: Node): void => {
    if (target === null) return;
    if (target.type === 'identifier') {
      const within = pythonScope(node);
      if (within === 'class') fixed.add(target.text);
      else if (within) bind(scopes, within, target, within.startIndex);
    } else if (PATTERNS.has(target.type)) for (const one of target.namedChildren) add(one, node);
  };
  each(root, (node) => {
    switch (node.type) {
      case 'assignment':
      case 'augmented_assignment':
      case 'for_statement':
        return add(node.childForFieldName('left'), node);
      case 'for_in_clause': {
        const { parent } = node;
        if (parent) each(node.childForFieldName('right'), (one) => void (one.type === 'identifier' && outside.push([parent, one.text])));
        return add(node.childForFieldName('left'), node);
      }
      case 'string_content':
        // What a text names may be looked for by that name: in a query, in a formula.
        if (node.parent?.parent?.type !== 'expression_statement') for (const word of node.text.match(/[A-Za-z_]\w*/g) ?? []) fixed.add(word);
        return undefined;
      case 'named_expression':
        return add(node.childForFieldName('name'), outOfComprehension(node));
      case 'as_pattern_target':
        return add(node, node);
      case 'parameters':
      case 'lambda_parameters':
      case 'global_statement':
      case 'nonlocal_statement':
      case 'import_statement':
      case 'import_from_statement':
      case 'delete_statement':
        return fix(node);
      case 'function_definition':
      case 'class_definition':
        return fix(node.childForFieldName('name'));
      case 'interpolation':
        // `{x=}` says the name.
        return /=\s*(?:![rsa])?(?::[^{}]*)?\}$/.test(node.text) ? fix(node) : undefined;
      default:
    }
  });
  // What a decorator makes of a function may look at its variables.
  each(root, (node) => {
    if (
      node.type === 'decorated_definition' &&
      !node.namedChildren.every(
        (child) =>
          child?.type !== 'decorator' || /^@(staticmethod|classmethod|property|functools\.|lru_cache|cache|contextmanager|wraps|pytest\.)/.test(child.text),
      )
    )
      fix(node);
  });
  for (const [within, name] of outside) if (scopes.get(`${within.startIndex}:${within.endIndex}`)?.names.has(name)) fixed.add(name);
  const resolve = resolver(scopes, fixed, new Map());
  return (node) => (isVariable(node) ? resolve(node) : null);
}

/** `x.name` and `f(name=…)` are no variables. */
export function isVariable(node: Node): boolean {
  const { parent } = node;
  if (parent?.type === 'attribute') return parent.childForFieldName('object')?.id === node.id;
  return parent?.type !== 'keyword_argument' || parent.childForFieldName('name')?.id !== node.id;
}

function pythonScope(node: Node): Node | 'class' | null {
  for (let at = node.parent; at; at = at.parent) {
    if (COMPREHENSIONS.has(at.type) || at.type === 'lambda') return at;
    if (at.type === 'function_definition') return at.childForFieldName('body');
    if (at.type === 'class_definition') return 'class';
  }
  return null;
}

/** `:=` binds in the function around a comprehension. */
function outOfComprehension(node: Node): Node {
  let out = node;
  for (let at = node.parent; at; at = at.parent) {
    if (at.type === 'function_definition') break;
    if (COMPREHENSIONS.has(at.type)) out = at;
  }
  return out;
}

function each(root: Node | null, visit: (node: Node) => void): void {
  const open = root ? [root] : [];
  for (let node = open.pop(); node; node = open.pop()) {
    visit(node);
    for (const child of node.namedChildren) if (child) open.push(child);
  }
}
