// What a drill is: a fault, where its cause is, and what should come of it.
import type { RepairKind } from '@awo/contracts';
import type { Patient } from '../patient.ts';

export type Hands = {
  patient: Patient;
  /** Releases a version of the patient and waits until it has all traffic. */
  release: (version: string, options?: { failsAfterMs?: number; service?: 'front' | 'back'; wait?: boolean }) => Promise<void>;
  signal: (body: object) => Promise<void>;
  /** Until customers get errors. Throws after a minute without any. */
  untilFailing: () => Promise<void>;
  /** So many more a second come to the sale, which is more work than to look; 0 ends it. */
  crowd: (perSecond: number) => void;
  /** Until two processes of back share its requests and nothing is wrong with it; the port of one of them. */
  severalProcesses: () => Promise<number>;
  /** What a person says who is asked about a repair. */
  reject: (goal: string, because: string) => Promise<void>;
  /** The process that measures stands still for so long. */
  blind: (ms: number) => Promise<void>;
};

export type Drill = {
  name: string;
  about: string;
  /** Entities that are right as the first in rank; empty: there is no cause to be found. */
  causes: readonly string[];
  /** Repairs that are right, any of them; `platform`: it is started again without anybody asking; `none`: nothing may be done. */
  repairs: readonly (RepairKind | 'platform' | 'none')[];
  /** Before customers come. */
  secure?: boolean;
  /** Part of the set that every gate runs. */
  smoke?: boolean;
  /** The measurements leave its cause open: where one is configured, a model is asked. */
  open?: boolean;
  /** Needs the shop as it begins: what repairs of other drills leave in force would hide its fault. */
  alone?: boolean;
  /** Ends when the fault is there. */
  inject: (hands: Hands) => Promise<void> | void;
  /** What a person does who is asked whether a repair may be done, once for each incident. */
  person?: (hands: Hands, goal: string) => Promise<void>;
  /** Takes back what no repair can. */
  after?: (hands: Hands) => Promise<void> | void;
};
