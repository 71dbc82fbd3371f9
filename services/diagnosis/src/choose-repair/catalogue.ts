// The repairs there are: what each answers, what has to be so before it, what it risks, what it does and how that is taken back. Pure data and functions.
import { type Configuration, isRefusing, refusingAddress, type Repair, type RepairKind } from '@awo/contracts';
import { badProcess, calledIn, type Case, configuredLately, raisable, releasedLately, releasedSince, sourceOf, unsafeFlag, variableOf } from './case.ts';

type Made = Pick<Repair, 'act' | 'undo' | 'check'> & { says: string };

export type Entry = {
  kind: RepairKind;
  /** Expected harm, 0 to 1, in the same measure as confidence times fit: what its blast radius and the time it takes may cost. */
  risk: number;
  /** Whom it touches, for people. */
  blast: string;
  /** How well it answers the cause, 0 to 1; 0: not at all, or what it needs is not there. */
  fit: (one: Case) => number;
  make: (one: Case) => Made | null;
};

const withEnv = ({ env, files }: Configuration, more: Record<string, string>): Configuration => ({ env: { ...env, ...more }, files });
const configure = (one: Case, next: Configuration, says: string): Made => ({
  act: { do: 'configure', configuration: next },
  undo: { do: 'configure', configuration: one.now },
  says,
});

/** Ends by itself what a process has run into; not what it was told, given or calls. */
const CURED_BY_RESTART =
  /memory|cpu|connections|deadlock|hang|stuck|saturat|leak|abnormal|slow-component|failing-component|unreachable-component|thread|handles/;
const NOT_BY_RESTART = /^crash-loop$|certificate|credentials|dns|disk|schema|configuration|load-changed|recent-change/;

export const CATALOGUE: readonly Entry[] = [
  {
    kind: 'restore-configuration',
    risk: 0.05,
    blast: 'the service, which is started anew beside itself',
    fit: (one) => (!configuredLately(one) ? 0 : variableOf(one) !== null || (releasedLately(one) && releasedSince(one)) ? 0.6 : 0.95),
    make: (one) => {
      const before = one.status.configurationsBefore?.[0]?.configuration;
      return before === undefined ? null : configure(one, before, 'the configuration that was in force before it began');
    },
  },
  {
    kind: 'drain',
    risk: 0.06,
    blast: 'one process of the service, which gets no new requests and is replaced beside the others',
    fit: (one) => (badProcess(one) === null ? 0 : 0.9),
    make: (one) => {
      const process = badProcess(one);
      return process === null
        ? null
        : { act: { do: 'drain', process }, undo: null, says: 'the one process of several that does worse gets no new requests and is replaced' };
    },
  },
  {
    kind: 'toggle-flag',
    risk: 0.08,
    blast: 'what the flag switches',
    fit: (one) => (variableOf(one) === null && unsafeFlag(one) !== null ? 0.5 : 0),
    make: (one) => {
      const flag = unsafeFlag(one);
      return flag === null ? null : configure(one, withEnv(one.now, { [flag.variable]: flag.safe }), `${flag.variable} back to ${flag.safe}`);
    },
  },
  {
    kind: 'raise-limit',
    risk: 0.08,
    blast: 'the service, and what it calls may see more of it',
    fit: (one) => (/connections|saturat|pool|limit|quota|thread/.test(one.cause.cause) && raisable(one) !== null ? 0.75 : 0),
    make: (one) => {
      const limit = raisable(one);
      if (limit === null) return null;
      const next = Math.min(limit.max, limit.value * 2);
      return configure(one, withEnv(one.now, { [limit.variable]: String(next) }), `${limit.variable} from ${limit.value} to ${next}, at most ${limit.max}`);
    },
  },
  {
    kind: 'restart',
    risk: 0.1,
    blast: 'the service, which is started anew beside itself',
    fit: (one) => {
      if (variableOf(one) !== null || NOT_BY_RESTART.test(one.cause.cause)) return 0;
      const changed = releasedLately(one) || configuredLately(one);
      return (CURED_BY_RESTART.test(one.cause.cause) ? 0.75 : 0.4) * (changed ? 0.4 : 1);
    },
    make: ({ status, revision }) => {
      const launch = status.revisions.find((r) => r.revision === revision)?.launch;
      return launch === undefined ? null : { act: { do: 'restart', launch }, undo: null, says: 'a fresh process of the same revision' };
    },
  },
  {
    kind: 'switch-source',
    risk: 0.1,
    blast: 'the service, and the standby that answers instead',
    fit: (one) => {
      if (sourceOf(one) === undefined) return 0;
      return variableOf(one) === null ? 0.8 : 0.9;
    },
    make: (one) => {
      const source = sourceOf(one);
      // One that answers comes before one that does not.
      const to = source?.standby.toSorted((a, b) => Number((source.answers[b] ?? null) !== null) - Number((source.answers[a] ?? null) !== null))[0];
      if (source === undefined || to === undefined) return null;
      const made = configure(one, withEnv(one.now, { [source.variable]: to }), `${source.variable} from ${source.address} to ${to}`);
      return source.path === null || isRefusing(source.address)
        ? made
        : { ...made, check: { from: source.address, to, path: source.path, known: source.answers[source.address] ?? null } };
    },
  },
  {
    kind: 'open-circuit',
    risk: 0.15,
    blast: 'the service, which does without what it has called',
    fit: (one) => (calledIn(one)?.optional === true ? 0.8 : 0),
    make: (one) => {
      const source = calledIn(one);
      const refusing = source ? refusingAddress(source.address) : null;
      if (source === undefined || refusing === null || isRefusing(source.address)) return null;
      return configure(
        one,
        withEnv(one.now, { [source.variable]: refusing }),
        `every call of ${source.variable} is refused at once, in place of ${source.address}`,
      );
    },
  },
  {
    kind: 'scale',
    risk: 0.12,
    blast: 'the machine, which runs more processes of it, and what it calls, which may see more of it',
    fit: ({ cause, status: { replicas, sideBySide } }) => {
      if (replicas === undefined || replicas.value >= replicas.max || !sideBySide) return 0;
      return /load-changed|overload/.test(cause.cause) ? 0.85 : /cpu-exhausted|saturat/.test(cause.cause) ? 0.5 : 0;
    },
    make: ({ status: { replicas } }) => {
      if (replicas === undefined) return null;
      const next = Math.min(replicas.max, replicas.value * 2);
      return {
        act: { do: 'scale', replicas: next },
        undo: { do: 'scale', replicas: replicas.value },
        says: `${next} processes in place of ${replicas.value}, at most ${replicas.max}`,
      };
    },
  },
  {
    kind: 'roll-back',
    risk: 0.15,
    blast: 'every customer of the service: the revision before takes all traffic',
    fit: (one) => (releasedLately(one) && variableOf(one) === null ? 0.85 : 0),
    make: ({ status, revision }) =>
      status.previous === null
        ? null
        : { act: { do: 'run', revision: status.previous }, undo: { do: 'run', revision }, says: `the revision before, ${status.previous.slice(0, 12)}` },
  },
  {
    kind: 'shed-traffic',
    risk: 0.25,
    blast: 'a third of the customers, who are turned away',
    fit: (one) => (/load-changed|overload/.test(one.cause.cause) ? 0.7 : /cpu-exhausted|saturat/.test(one.cause.cause) ? 0.3 : 0),
    make: ({ status }) =>
      (status.shed ?? 0) > 0
        ? null
        : { act: { do: 'shed', share: 33 }, undo: { do: 'shed', share: 0 }, says: 'a third of the customers turned away until somebody ends it' },
  },
];
