// Two versions of a protobuf file: what breaks who speaks the old one. The rules are those of Buf's categories WIRE and FILE.
import type { Enum, Field, Namespace, ReflectionObject, Service, Type } from 'protobufjs';
import type { Broken } from './broken-apis.ts';

/** Null where one of them cannot be parsed. */
export async function brokenProtobuf(before: string, after: string | null): Promise<Broken[] | null> {
  const { default: protobuf } = await import('protobufjs');
  const read = (text: string): Map<string, ReflectionObject> | null => {
    try {
      const { root } = protobuf.parse(text, { keepCase: true });
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
  };
  const [then, now] = [read(before), after === null ? new Map<string, ReflectionObject>() : read(after)];
  if (!then || !now) return null;
  const found: Broken[] = [];
  const add = (element: string, because: string): void => void found.push({ kind: 'protobuf', element, because });
  for (const [name, old] of then) {
    const fresh = now.get(name);
    if (!fresh || fresh.constructor !== old.constructor) add(name, 'it was removed, or is something else now');
    else if (old instanceof protobuf.Type) compareFields(old, fresh as Type, add);
    else if (old instanceof protobuf.Enum) compareValues(old, fresh as Enum, add);
    else if (old instanceof protobuf.Service) compareMethods(old, fresh as Service, add);
  }
  return found;
}

type Add = (element: string, because: string) => void;

/** Scalars that read each other's bytes. */
const ALIKE = [['int32', 'uint32', 'int64', 'uint64', 'bool'], ['sint32', 'sint64'], ['fixed32', 'sfixed32'], ['fixed64', 'sfixed64'], ['string', 'bytes']]; // prettier-ignore
const sameOnTheWire = (a: string, b: string): boolean => a === b || ALIKE.some((group) => group.includes(a) && group.includes(b));

function compareFields(old: Type, fresh: Type, add: Add): void {
  const now = new Map<number, Field>(fresh.fieldsArray.map((field) => [field.id, field]));
  for (const field of old.fieldsArray) {
    const element = `${old.fullName.slice(1)}.${field.name}`;
    const other = now.get(field.id);
    if (!other) {
      const moved = fresh.fields[field.name];
      if (moved) add(element, `its number changed from ${field.id} to ${moved.id}`);
      else if (!fresh.isReservedId(field.id)) add(element, `field ${field.id} was removed and its number is not reserved`);
      else add(element, `field ${field.id} was removed; its number is reserved, so old data stays readable`);
    } else {
      if (other.name !== field.name) add(element, `field ${field.id} is called ${other.name} now: JSON and generated code differ`);
      if (!sameOnTheWire(field.type, other.type)) add(element, `its type changed from ${field.type} to ${other.type}`);
      if (field.repeated !== other.repeated) add(element, other.repeated ? 'it is repeated now' : 'it is no longer repeated');
      if (!field.required && other.required) add(element, 'it is required now');
      if ((field.partOf?.name ?? '') !== (other.partOf?.name ?? '')) add(element, 'it moved into or out of a oneof');
    }
  }
  for (const field of fresh.fieldsArray)
    if (field.required && !old.fieldsById[field.id]) add(`${old.fullName.slice(1)}.${field.name}`, 'a required field is new');
}

function compareValues(old: Enum, fresh: Enum, add: Add): void {
  for (const [name, id] of Object.entries(old.values)) {
    const element = `${old.fullName.slice(1)}.${name}`;
    if (fresh.values[name] === undefined) add(element, `value ${id} was removed`);
    else if (fresh.values[name] !== id) add(element, `its number changed from ${id} to ${fresh.values[name]}`);
  }
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
