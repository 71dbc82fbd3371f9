// A kind of fault: how to bring it about, and the answer that is right.
import type { Cluster } from './cluster.ts';
import type { Obj } from './tree.ts';

export type Truth = {
  /** The object that people would name, and others that are as right. */
  on: readonly Obj[];
  causes: readonly string[];
};
export type Fault = { kind: string; family: string; bring: (c: Cluster) => Truth };
export const truth = (on: Obj | readonly Obj[], ...causes: string[]): Truth => ({ on: Array.isArray(on) ? (on as readonly Obj[]) : [on as Obj], causes });
