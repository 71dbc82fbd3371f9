// A function as a change sees it: where it is, how it is called, what it is made of.
import type { Type } from './type.ts';
import type { Value } from './value.ts';

/** `known` is by what its type is known: what is written (or a schema), what the code does with it, or its name alone. */
export type Parameter = { name: string; type: Type; optional: boolean; rest: boolean; known: 'written' | 'use' | 'name' };

export type Callable = {
  /** As people call it: `total`, `Cart.add`. */
  name: string;
  /** How it is reached from outside the module: exported names, `default`; a method has its class first. */
  path: readonly string[];
  /** A method: how its object is made. Null for a static one and for functions. */
  receiver: Type | null;
  parameters: readonly Parameter[];
  /** Inclusive, from 1. */
  lines: readonly [number, number];
  /** Equal for two versions that differ in comments and format only. */
  print: string;
  /** Names of the module that it uses. */
  refs: ReadonlySet<string>;
  isAsync: boolean;
  /** What it is written with: numbers and texts, in its own lines. */
  literals: readonly Value[];
  /** It gives nothing back, where the language tells. */
  silent?: boolean;
};

/** A module of the code under test. `statements` are the other top-level names, with what they say. */
export type Module = {
  callables: readonly Callable[];
  statements: ReadonlyMap<string, { print: string; refs: ReadonlySet<string> }>;
  literals: readonly Value[];
};

/** One call: the receiver (where there is one) is the first of the arguments. */
export type Case = { args: readonly Value[]; from: 'boundary' | 'random' | 'seen' | 'model' | 'shrunk' };
