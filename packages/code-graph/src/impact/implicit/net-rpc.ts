// Methods that net/rpc of Go serves by the name of their type, or by the one it is registered under. Pure.
import { type Answer, escaped, firstLine, type Signal, signalsOf } from './detector.ts';

/** An exported method with an argument, a pointer to the answer, and an error; before them the request, for gorilla/rpc. */
const METHOD =
  /^func\s+\((?:\w+\s+)?\*?([A-Z]\w*)\)\s+([A-Z]\w*)\((?:\w+\s+\*http\.Request,\s*)?\w+\s+[^,()\n]+,\s*\w+\s+\*[^,()\n]+\)\s*(?:\(\s*(?:\w+\s+)?error\s*\)|error)\s*\{/gm;
const REGISTERED = /\.RegisterName\(\s*"(\w+)"\s*,\s*([^\n]+)\)|\brpc\.Register\(\s*([^\n]+)\)|\.RegisterService\(\s*([^\n]+?)\s*,\s*"(\w*)"\s*\)/g;

/** The type of `new(cart.Quotes)`, `&Quotes{}`, `cart.NewQuotes(db)`, or of a variable that holds one. */
function typeOf(value: string, text: string): string | null {
  const made = /^(?:new\(\s*|&)?(?:\w+\.)?(?:New)?([A-Z]\w*)\s*[({)]/.exec(value.trim())?.[1];
  if (made !== undefined) return made;
  const variable = /^&?([a-z]\w*)$/.exec(value.trim())?.[1];
  const set = variable === undefined ? null : new RegExp(`\\b${variable}\\s*:?=\\s*([^\\n]+)`).exec(text);
  return set ? typeOf(set[1] ?? '', '') : null;
}

type Registered = Signal & { type: string | null };

const registeredIn = (text: string): Registered[] =>
  signalsOf(text, REGISTERED, (match) => match[0]).flatMap((signal) => {
    const [, named, value, plain, service, as] = new RegExp(REGISTERED).exec(signal.name) ?? [];
    const type = typeOf(value ?? plain ?? service ?? '', text);
    const name = named ?? (as === undefined || as === '' ? type : as);
    return name === null ? [] : [{ ...signal, name, type }];
  });

export const netRpc = {
  /** `Quotes.Price` is a method; `.Price` one that may be registered under any name, in another file; `Quotes.*` all of a service. */
  signals(text: string): Signal[] {
    const registered = registeredIn(text);
    const methods = signalsOf(text, METHOD, (match) => `${match[1]}.${match[2]}`).flatMap((signal) => {
      const [type = '', method = ''] = signal.name.split('.');
      const known = registered.filter((one) => one.type === type).map(({ name }) => `${name}.${method}`);
      return (known.length > 0 ? known : [signal.name, `.${method}`]).map((name) => ({ ...signal, name }));
    });
    return [...methods, ...registered.map(({ name, line, until, text: said }) => ({ name: `${name}.*`, line, until, text: said }))];
  },
  answer(name: string, text: string): Answer | null {
    const [service = '', method = ''] = name.split('.');
    const says = `${service === '' ? '\\w+' : escaped(service)}\\.${method === '*' ? '\\w+' : escaped(method)}`;
    const found = firstLine(text, new RegExp(`\\.(?:Call|Go|CallContext|EncodeClientRequest)\\(\\s*(?:\\w+\\s*,\\s*)?["\`]${says}["\`]`));
    // Another service may have a method of that name.
    return found && { line: found.line, confidence: service === '' ? 0.35 : 0.8, text: `calls ${service === '' ? `a method ${method}` : name}` };
  },
};
