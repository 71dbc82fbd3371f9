// Goal files: YAML or JSON with the fields of a goal. Errors give file, line, value and what was expected. Pure.
import { GOAL_KINDS, GoalSpec } from '@awo/contracts';
import { LineCounter, isMap, isNode, parseDocument } from 'yaml';
import { UsageError } from './exit-codes.ts';
import { didYouMean } from './nearest.ts';

const FIELDS = [...new Set(GoalSpec.options.flatMap(({ shape }) => Object.keys(shape)))];

/** Throws UsageError. `name` is how the file is called in messages. */
export function parseGoalFile(text: string, name: string): GoalSpec {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const at = (offset: number | undefined) => `${name}:${offset === undefined ? 1 : lines.linePos(offset).line}`;
  const [broken] = document.errors;
  if (broken) throw new UsageError(`${at(broken.pos[0])}: ${broken.message.split('\n')[0] ?? 'not YAML'}`);
  if (!isMap(document.contents))
    throw new UsageError(`${name}:1: a goal file is a mapping such as:\n  kind: release\n  service: cart\n  environment: production`);
  const parsed = GoalSpec.safeParse(document.toJS());
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  if (issue?.code === 'unrecognized_keys') {
    const key = issue.keys[0] ?? '';
    const pair = document.contents.items.find((item) => String(item.key) === key);
    throw new UsageError(`${at(isNode(pair?.key) ? pair.key.range?.[0] : undefined)}: "${key}" is no field of this goal.`, didYouMean(key, FIELDS));
  }
  const field = String(issue?.path[0] ?? 'kind');
  const node = document.get(field, true);
  const value = document.get(field);
  const where = at(isNode(node) ? node.range?.[0] : undefined);
  if (field === 'kind')
    throw new UsageError(`${where}: kind is ${value === undefined ? 'missing' : JSON.stringify(value)}.`, `Known: ${GOAL_KINDS.join(', ')}.`);
  throw new UsageError(`${where}: ${field} is ${JSON.stringify(value)}: ${issue?.message ?? 'not valid'}.`);
}
