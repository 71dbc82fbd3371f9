// Where coverage shows that a changed place of JavaScript was reached: the statements that hold it, or stand before and after it. Pure.
import { type ParseResult, Visitor } from 'oxc-parser';

type Span = { start: number; end: number };
/** A list of statements is a place between which something may be added. */
type Held = Span & { statements: readonly Span[] | null; isFunction: boolean };

/** Answers, for an offset, the starts of the statements that run when it does; none at the start of an empty function. */
export function anchorsIn(program: ParseResult['program']): (offset: number, between: boolean) => number[] {
  const held: Held[] = [{ start: 0, end: Number.POSITIVE_INFINITY, statements: runnable(program.body), isFunction: true }];
  const one = (node: Span): void => void held.push({ start: node.start, end: node.end, statements: null, isFunction: false });
  const list = (node: Span, statements: readonly (Span & { type: string })[]): void =>
    void held.push({ start: node.start, end: node.end, statements: runnable(statements), isFunction: false });
  const fn = (node: Span): void => void held.push({ start: node.start, end: node.end, statements: null, isFunction: true });
  new Visitor({
    BlockStatement: (node) => list(node, node.body),
    SwitchCase: (node) => list(node, node.consequent),
    FunctionDeclaration: fn,
    FunctionExpression: fn,
    ArrowFunctionExpression: fn,
    ExpressionStatement: one,
    VariableDeclaration: one,
    ReturnStatement: one,
    ThrowStatement: one,
    IfStatement: one,
    ForStatement: one,
    ForInStatement: one,
    ForOfStatement: one,
    WhileStatement: one,
    DoWhileStatement: one,
    SwitchStatement: one,
    TryStatement: one,
    BreakStatement: one,
    ContinueStatement: one,
    LabeledStatement: one,
  }).visit(program);
  return (offset, between) => {
    const around = held
      .filter((node) => (between ? node.start < offset && offset < node.end : node.start <= offset && offset < node.end))
      .sort((a, b) => a.end - a.start - (b.end - b.start));
    const [inner] = around;
    if (between && inner?.statements) {
      const before = inner.statements.findLast((statement) => statement.end <= offset);
      const after = inner.statements.find((statement) => statement.start >= offset);
      const beside = [before, after].flatMap((statement) => (statement ? [statement.start] : []));
      if (beside.length > 0) return beside;
    }
    // The statement that holds it, unless a function begins in between: that is only defined there.
    const first = around.find((node) => node.isFunction || node.statements === null);
    return first && !first.isFunction ? [first.start] : [];
  };
}

/** Declarations of functions run nothing: coverage tools do not count them. */
const runnable = (statements: readonly (Span & { type: string })[]): Span[] =>
  statements.filter(({ type }) => !/^(FunctionDeclaration|EmptyStatement)$/.test(type));
