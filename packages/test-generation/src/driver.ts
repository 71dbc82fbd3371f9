// What each language has to be able to do: read a module, find calls in tests, run calls.
import type { Callable, Module } from './callable.ts';
import type { BatchResult } from './run/batch.ts';
import type { Type } from './type.ts';
import type { Value } from './value.ts';

/** `name` of a type, or of a parameter, to what the schemas of the repository say of it. */
export type Schemas = (name: string) => Type | null;

/** A copy of a revision, and the folder that code may write. */
export type Place = { tree: string; folder: string };

type RunCalls = {
  /** Path of the module in the tree. */
  path: string;
  callable: Callable;
  cases: readonly (readonly Value[])[];
  /** Each once: another clock, another chance and another order of what has none. */
  rounds: readonly number[];
};

export type Driver = {
  language: 'js' | 'python' | 'go';
  handles(path: string): boolean;
  /** Null where the file cannot be read. */
  read(tree: string, path: string, schemas: Schemas): Promise<Module | null>;
  seen(source: string, path: string): Promise<Map<string, Value[][]>>;
  run(place: Place, calls: RunCalls): Promise<BatchResult[]>;
  /** Null where it cannot be written as source. */
  render(value: Value): string | null;
};

/** A call may take so long; the slowest machine that is busy with something else has time for it. */
export const CALL_MS = 2000;
export const LOAD_MS = 30_000;
