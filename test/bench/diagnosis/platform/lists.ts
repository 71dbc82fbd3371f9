// The kinds of faults in the order in which they were written down.
import { START_FAULTS_1 } from './faults-start-1.ts';
import { START_FAULTS_2 } from './faults-start-2.ts';
import { START_FAULTS_3 } from './faults-start-3.ts';
import { RUN_FAULTS_1 } from './faults-run-1.ts';
import { RUN_FAULTS_2 } from './faults-run-2.ts';
import { NET_FAULTS_1 } from './faults-net-1.ts';
import { NET_FAULTS_2 } from './faults-net-2.ts';
import { LATE_FAULTS_1 } from './faults-late-1.ts';
import { LATE_FAULTS_2 } from './faults-late-2.ts';
import { LATE_FAULTS_3 } from './faults-late-3.ts';
import { SECOND_FAULTS_1 } from './faults-second-1.ts';
import { SECOND_FAULTS_2 } from './faults-second-2.ts';
import { THIRD_FAULTS_1 } from './faults-third-1.ts';
import { THIRD_FAULTS_2 } from './faults-third-2.ts';
import { FIFTH_FAULTS_1 } from './faults-fifth-1.ts';
import { FIFTH_FAULTS_2 } from './faults-fifth-2.ts';
import { FOURTH_FAULTS_1 } from './faults-fourth-1.ts';
import { FOURTH_FAULTS_2 } from './faults-fourth-2.ts';
import { FOURTH_FAULTS_3 } from './faults-fourth-3.ts';
import { FOURTH_FAULTS_4 } from './faults-fourth-4.ts';
import { FOURTH_FAULTS_5 } from './faults-fourth-5.ts';
import { FOURTH_FAULTS_6 } from './faults-fourth-6.ts';
import { SIXTH_FAULTS_1 } from './faults-sixth-1.ts';
import { SIXTH_FAULTS_2 } from './faults-sixth-2.ts';
import { SIXTH_FAULTS_3 } from './faults-sixth-3.ts';
import { SIXTH_FAULTS_4 } from './faults-sixth-4.ts';
import { SIXTH_FAULTS_5 } from './faults-sixth-5.ts';
import { SIXTH_FAULTS_6 } from './faults-sixth-6.ts';
import { SIXTH_FAULTS_7 } from './faults-sixth-7.ts';
import { SIXTH_FAULTS_8 } from './faults-sixth-8.ts';
import { SIXTH_FAULTS_9 } from './faults-sixth-9.ts';
import { SIXTH_FAULTS_10 } from './faults-sixth-10.ts';
import { SIXTH_FAULTS_11 } from './faults-sixth-11.ts';
import { SIXTH_FAULTS_12 } from './faults-sixth-12.ts';
import { SIXTH_FAULTS_13 } from './faults-sixth-13.ts';
import { recorded } from './suite.ts';
import { truth, type Fault } from './fault.ts';

const NOTHING: Fault = { kind: 'nothing is wrong', family: 'healthy', bring: (c) => truth(c.app('frontend').object, 'none') };

/** Each list after the first was written when the rules had been worked on for those before it, and met them unprepared. */
export const LISTS: Readonly<Record<string, readonly Fault[]>> = {
  first: [...START_FAULTS_1, ...START_FAULTS_2, ...START_FAULTS_3, ...RUN_FAULTS_1, ...RUN_FAULTS_2, ...NET_FAULTS_1, ...NET_FAULTS_2],
  late: [...LATE_FAULTS_1, ...LATE_FAULTS_2, ...LATE_FAULTS_3],
  second: [...SECOND_FAULTS_1, ...SECOND_FAULTS_2],
  third: [...THIRD_FAULTS_1, ...THIRD_FAULTS_2],
  fourth: [...FOURTH_FAULTS_1, ...FOURTH_FAULTS_2, ...FOURTH_FAULTS_3, ...FOURTH_FAULTS_4, ...FOURTH_FAULTS_5, ...FOURTH_FAULTS_6],
  fifth: [...FIFTH_FAULTS_1, ...FIFTH_FAULTS_2],
  sixth: [
    ...SIXTH_FAULTS_1,
    ...SIXTH_FAULTS_2,
    ...SIXTH_FAULTS_3,
    ...SIXTH_FAULTS_4,
    ...SIXTH_FAULTS_5,
    ...SIXTH_FAULTS_6,
    ...SIXTH_FAULTS_7,
    ...SIXTH_FAULTS_8,
    ...SIXTH_FAULTS_9,
    ...SIXTH_FAULTS_10,
    ...SIXTH_FAULTS_11,
    ...SIXTH_FAULTS_12,
    ...SIXTH_FAULTS_13,
  ],
  // Nothing is wrong: nothing may be called found.
  healthy: [NOTHING, ...recorded([{ ...NOTHING, kind: 'nothing is wrong, as suites record it' }])],
};
