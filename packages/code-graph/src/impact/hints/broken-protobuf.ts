// Two versions of a protobuf file: what breaks who speaks the old one, and which way round.
//
// What breaks: Buf's categories WIRE and FILE. Which way round: "Updating a Message Type" and "Enum Behavior" of protobuf.dev: who reads skips what it does not know, so that a
// field more or less breaks nobody; a number that means something else breaks both. FILE alone (other names, a message for code only) has no way round.
import type { Enum, Field, Namespace, ReflectionObject, Service, Type } from 'protobufjs';
import type { Broken } from './broken-apis.ts';
import { protobufLine } from './lines.ts';

type Reads = readonly ('backward' | 'forward')[];
const BOTH: Reads = ['backward', 'forward'];
const NONE: Reads = [];

/** Types, enums and services of a file by their full name; null where it cannot be parsed. */
export async function protobufTypes(text: string): Promise<Map<string, ReflectionObject> | null> {
  const { default: protobuf } = await import('protobufjs');
  try {
    const { root } = protobuf.parse(text, { keepCase: true });
    // Without this no field of proto2 is `required`, and none is `packed`.
    root._resolveFeaturesRecursive('proto2');
    const found = new Map<string, ReflectionObject>();
    const visit = (space: Namespace): void => {
      for (const one of space.nestedArray) {
        if (one instanceof protobuf.Type || one instanceof protobuf.Enum || one instanceof protobuf.Service) found.set(one.fullName.slice(1), one);
        if (one instanceof protobuf.Namespace) visit(one);
      }
    };
    visit(root);
    return found;
  } catch {
    return null;
  }
}

/** An enum of proto2 is closed: a value that it does not know is as if none was sent. In proto3 and in editions it is kept. */
const isClosed = (text: string): boolean => !/^\s*(?:syntax\s*=\s*["']proto3["']|edition\s*=)/m.test(text);

/** Null where one of them cannot be parsed. */
export async function brokenProtobuf(before: string, after: string | null): Promise<Broken[] | null> {
  const { default: protobuf } = await import('protobufjs');
  const [then, now] = [await protobufTypes(before), after === null ? new Map<string, ReflectionObject>() : await protobufTypes(after)];
  if (!then || !now) return null;
  const found: Broken[] = [];
  const add: Add = (element, because, reads = NONE) =>
    void found.push({ kind: 'protobuf', element, because, line: protobufLine(after ?? before, element), ...(reads.length > 0 ? { reads: [...reads] } : {}) });
  const isEnum = (field: Field): boolean => (field.parent?.lookup(field.type) ?? null) instanceof protobuf.Enum;
  for (const [name, old] of then) {
    const fresh = now.get(name);
    if (!fresh || fresh.constructor !== old.constructor)
      add(name, 'it was removed, or is something else now', old instanceof protobuf.Type ? (fresh ? BOTH : ['backward']) : NONE);
    else if (old instanceof protobuf.Type) compareFields(old, fresh as Type, add, isEnum);
    else if (old instanceof protobuf.Enum) compareValues(old, fresh as Enum, { old: isClosed(before), fresh: isClosed(after ?? '') }, add);
    else if (old instanceof protobuf.Service) compareMethods(old, fresh as Service, add);
  }
  return found;
}

type Add = (element: string, because: string, reads?: Reads) => void;

/** Scalars that read each other's bytes; what does not fit is cut off, as in C++. */
const ALIKE = [
  ['int32', 'uint32', 'int64', 'uint64', 'bool'],
  ['sint32', 'sint64'],
  ['fixed32', 'sfixed32'],
  ['fixed64', 'sfixed64'],
];
const NUMERIC = /^(u?int|sint|s?fixed)(32|64)$|^(bool|float|double)$/;

/** Null: they read each other. */
function typeChange(old: Field, fresh: Field, isEnum: (field: Field) => boolean): Reads | null {
  if (old.map !== fresh.map || keyOf(old) !== keyOf(fresh)) return BOTH;
  const [a, b] = [isEnum(old) ? 'int32' : old.type, isEnum(fresh) ? 'int32' : fresh.type];
  if (old.type === fresh.type) return null;
  // An enum reads as a number, and as no other enum.
  if (ALIKE.some((group) => group.includes(a) && group.includes(b))) return isEnum(old) && isEnum(fresh) ? BOTH : null;
  // Bytes need be no text: who reads text refuses them.
  if (a === 'string' && b === 'bytes') return ['forward'];
  return a === 'bytes' && b === 'string' ? ['backward'] : BOTH;
}

const keyOf = (field: Field): unknown => ('keyType' in field ? field.keyType : undefined);

function compareFields(old: Type, fresh: Type, add: Add, isEnum: (field: Field) => boolean): void {
  const now = new Map<number, Field>(fresh.fieldsArray.map((field) => [field.id, field]));
  for (const field of old.fieldsArray) {
    const element = `${old.fullName.slice(1)}.${field.name}`;
    const other = now.get(field.id);
    const moved = fresh.fields[field.name];
    if (!other) {
      if (moved) add(element, `its number changed from ${field.id} to ${moved.id}`, BOTH);
      else if (!fresh.isReservedId(field.id)) add(element, `field ${field.id} was removed and its number is not reserved`, field.required ? ['forward'] : NONE);
      else add(element, `field ${field.id} was removed; its number is reserved, so old data stays readable`, field.required ? ['forward'] : NONE);
      continue;
    }
    // The name is still there, or is never to come back: the number means something else now.
    if (other.name !== field.name && (moved || fresh.isReservedName(field.name))) add(element, `field ${field.id} means ${other.name} now`, BOTH);
    else if (other.name !== field.name) add(element, `field ${field.id} is called ${other.name} now: JSON and generated code differ`);
    const typed = typeChange(field, other, isEnum);
    if (typed) add(element, `its type changed from ${field.type} to ${other.type}`, typed);
    // Numbers are packed where there may be several, and who reads one does not read that; of texts and messages it takes the last.
    const packed = (NUMERIC.test(field.type) || isEnum(field)) && (field.repeated ? field : other).packed;
    if (field.repeated !== other.repeated)
      add(element, other.repeated ? 'it is repeated now' : 'it is no longer repeated', packed ? [other.repeated ? 'forward' : 'backward'] : NONE);
    if (field.required !== other.required)
      add(element, other.required ? 'it is required now' : 'it is no longer required', [other.required ? 'backward' : 'forward']);
    const [from, to] = [oneofOf(field), oneofOf(other)];
    // Of several that were sent at once, who has them in one oneof keeps the last.
    if (from !== to)
      add(element, 'it moved into or out of a oneof', [
        ...(tightens(other, old) ? ['backward' as const] : []),
        ...(tightens(field, fresh) ? ['forward' as const] : []),
      ]);
  }
  for (const field of fresh.fieldsArray)
    if (field.required && !old.fieldsById[field.id] && !old.fields[field.name])
      add(`${old.fullName.slice(1)}.${field.name}`, 'a required field is new', ['backward']);
}

/** `optional` of proto3 is a oneof of one field to the parser. */
const oneofOf = ({ partOf }: Field): string => (partOf && !(partOf.fieldsArray.length === 1 && partOf.name.startsWith('_')) ? partOf.name : '');
/** Whether `tight` shares its oneof with a field that stands apart from it in `loose`. */
function tightens(tight: Field, loose: Type): boolean {
  const own = loose.fieldsById[tight.id]?.partOf;
  return (tight.partOf?.fieldsArray ?? []).some(({ id }) => {
    const other = id === tight.id ? undefined : loose.fieldsById[id];
    return other !== undefined && (other.partOf === null || other.partOf === undefined || other.partOf !== own);
  });
}

function compareValues(old: Enum, fresh: Enum, closed: { old: boolean; fresh: boolean }, add: Add): void {
  const name = old.fullName.slice(1);
  for (const [value, id] of Object.entries(old.values)) {
    const element = `${name}.${value}`;
    if (fresh.values[value] === undefined) add(element, `value ${id} was removed`, closed.fresh && fresh.valuesById[id] === undefined ? ['backward'] : NONE);
    else if (fresh.values[value] !== id) add(element, `its number changed from ${id} to ${fresh.values[value]}`, BOTH);
  }
  for (const [value, id] of Object.entries(fresh.values))
    if (closed.old && old.valuesById[id] === undefined && old.values[value] === undefined)
      add(`${name}.${value}`, `value ${id} is new, and the enum is closed: who does not know it takes it as not sent`, ['forward']);
}

function compareMethods(old: Service, fresh: Service, add: Add): void {
  for (const method of old.methodsArray) {
    const element = `${old.fullName.slice(1)}.${method.name}`;
    const other = fresh.methods[method.name];
    if (!other) add(element, 'the method was removed');
    else if (other.requestType !== method.requestType) add(element, `it takes ${other.requestType} instead of ${method.requestType}`);
    else if (other.responseType !== method.responseType) add(element, `it answers ${other.responseType} instead of ${method.responseType}`);
    else if (Boolean(other.requestStream) !== Boolean(method.requestStream) || Boolean(other.responseStream) !== Boolean(method.responseStream))
      add(element, 'it streams differently');
  }
}
