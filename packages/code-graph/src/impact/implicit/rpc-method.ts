// Remote calls of methods by their name in text: JSON-RPC, XML-RPC, RPyC, net/rpc of Go. Who registers a name, and who calls it. Pure.
import { type Answer, type Detector, escaped, firstLine, type Signal, signalsOf, withoutComments } from './detector.ts';
import { netRpc } from './net-rpc.ts';
import { keysOfObjects } from './object-keys.ts';
import { CODE } from './rpc.ts';

const SPEAKS = /rpc|rpyc|jayson/i;
const NAME = '["\'`]([\\w.:/-]{3,120})["\'`]';
/** Ways that only servers have, and ways of many libraries: these count where the file speaks of RPC. */
const OWN = String.raw`(?:\b(?:add_?method|register_?(?:method|function|async_method)|add_handler)|@(?:\w+\.)*(?:method|JsonRpcMethod))`;
const SHARED = String.raw`[.@](?:method|register|procedure|onRequest|onNotification|(?:json)?rpc_?method)`;
const by = (way: string): string => String.raw`${way}\(\s*(?:[^()"'\`\n]{1,80},\s*)?(?:(?:name|function_name)\s*=\s*)?${NAME}`;
const NAMED = new RegExp(by(OWN), 'gi');
const NAMED_TOO = new RegExp(`${by(SHARED)}|\\b(?:dispatcher|methods?)\\[${NAME}\\]\\s*=[^=]`, 'g');
/** A function of Python under its own name. */
const DECORATED =
  /@[\w.]*\b(?:add_method|register_function|method)(?:\(\s*\))?[ \t]*\n(?:[ \t]*@[^\n]*\n){0,8}[ \t]*(?:async\s+)?def\s+(\w+)|\bregister_function\(\s*([\w.]+)\s*\)/g;
const EXPOSED = /^[ \t]+(?:async\s+)?def\s+exposed_(\w+)|@(?:rpyc\.)?exposed[ \t]*\n\s*(?:async\s+)?def\s+(\w+)/gm;
/** Objects of methods: given to a server, or named as such. */
const METHODS = /\b(?:[sS]erver|methods)\s*\(\s*\{|\b(?:methods|handlers|procedures)\s*(?::\s*[\w.<>,[\]| ]{1,80}?)?\s*=\s*\{/g;
const INSTANCE = /\bregister_instance\(\s*(\w+)\(/g;

const first = (match: RegExpExecArray): string | undefined => match.slice(1).find((name) => name !== undefined);

function inPython(text: string): Signal[] {
  const rpyc = /\brpyc\b/.test(text) ? signalsOf(text, EXPOSED, (match) => `root.${first(match)}`) : [];
  const instances = [...text.matchAll(INSTANCE)].flatMap(([, name = '']) => {
    const body = new RegExp(`^class ${name}\\b[^\\n]*\\n(?:[ \\t]+[^\\n]*\\n|\\n)*`, 'm').exec(text);
    const before = body ? text.slice(0, body.index).split('\n').length - 1 : 0;
    return signalsOf(body?.[0] ?? '', /^[ \t]+def\s+([a-z]\w*)/gm, (match) => match[1]).map((one) => ({
      ...one,
      line: one.line + before,
      until: one.until + before,
    }));
  });
  return [...rpyc, ...instances, ...signalsOf(text, DECORATED, (match) => first(match)?.split('.').at(-1))];
}

const VERB = String.raw`(?<![@\w])(?!on|add|register)\w*(?:call|request|send|invoke|notif|execute|remote|rpc(?!_?method))\w*`;
const PROXY = /\bServerProxy\b|\bServiceProxy\b|\bxmlrpc|\brpyc\b|\bjsonrpclib|\bjsonrpc_requests\b/;
const RECEIVER = String.raw`\b\w*(?:proxy|server|rpc|client|remote|conn|multicall)\w*|\)`;

function called(name: string, path: string, text: string): Answer | null {
  const n = escaped(name);
  const compound = /[.:/]/.test(name);
  const speaks = SPEAKS.test(text);
  const literal = `["'\`]${n}["'\`]`;
  const told = (found: { line: number } | null, confidence: number): Answer | null =>
    found && { line: found.line, confidence, text: `calls the method ${name}` };
  if (compound || speaks) {
    const byText = firstLine(
      text,
      new RegExp(`${VERB}\\s*(?:<[^>\\n]*>)?\\(\\s*(?:[^();]{0,120}?,\\s*)?${literal}|\\bmethod(?:Name)?["'\`]?\\s*(?:[:=]|=>)\\s*${literal}`, 'i'),
    );
    if (byText) return told(byText, compound ? 0.8 : 0.7);
  }
  const proxied = PROXY.test(text);
  if (/\.(py|[mc]?[jt]sx?)$/.test(path) && (name.includes('.') || proxied)) {
    const variables = [
      ...text.matchAll(/\b(\w+)\s*=\s*[\w.]*(?:ServerProxy|ServiceProxy|Server|connect)\(|\b(?:ServerProxy|ServiceProxy|connect)\([^\n]*\)\s*as\s+(\w+)/g),
    ].flatMap(first);
    const receiver = [RECEIVER, ...variables.flatMap((one) => (one === undefined ? [] : [`\\b${one}`]))].join('|');
    const byAttribute = firstLine(text, new RegExp(`(?:${receiver})\\.${n}\\s*${name.includes('.') ? '(?![\\w.=])' : '\\('}`, proxied ? '' : 'i'));
    if (byAttribute) return told(byAttribute, proxied ? 0.8 : 0.5);
  }
  // A list of names that are called elsewhere.
  return compound && speaks ? told(firstLine(text, new RegExp(`[:=]\\s*${literal}`)), 0.5) : null;
}

export const rpcMethod: Detector = {
  kind: 'rpc',
  signals(source, path): Signal[] {
    if (!CODE.test(path)) return [];
    const text = withoutComments(source);
    if (path.endsWith('.go')) return netRpc.signals(text);
    const named = signalsOf(text, NAMED, first);
    if (!SPEAKS.test(text)) return named.filter(({ name }) => name.includes('.'));
    const keyed = /\.[mc]?[jt]sx?$/.test(path) ? keysOfObjects(text, METHODS).filter(({ name }) => name.length >= 3) : [];
    return [...named, ...signalsOf(text, NAMED_TOO, first), ...keyed, ...(path.endsWith('.py') ? inPython(text) : [])];
  },
  needle: (name) => name.replace(/\*$/, ''),
  answer(name, { path, source }) {
    if (!CODE.test(path)) return null;
    const text = withoutComments(source);
    return netRpc.answer(name, text) ?? (/^\.|\*$/.test(name) ? null : called(name, path, text));
  },
  additionsMatter: false,
  blocks: true,
};
