// What the runtime relies on, one scenario per property of the broker. Each gives the same trace on the model and on a real server.
import { GOAL, LEASE_S, OTHER_GOAL, logSubject, publish, refused, seen, take } from './site.ts';
import type { Site, Trace } from './site.ts';

/** An acknowledgement has no answer: long enough for it to arrive. */
const ARRIVED_MS = 250;
const acknowledge = async (site: Site, messages: { ack: () => void }[]) => {
  for (const message of messages) message.ack();
  await site.sleep(ARRIVED_MS);
};

export const SCENARIOS: Record<string, (site: Site) => Promise<Trace>> = {
  'a guarded write is stored only after the message it names, whichever subject of the goal that has': async (site) => {
    const { bus } = site;
    const trace = [];
    for (const after of [0, 0, 1, 1, 2]) trace.push(await publish(site, logSubject(GOAL, after === 1 ? 'nobody' : 'planner'), after));
    trace.push(await publish(site, logSubject(OTHER_GOAL), 1), await publish(site, logSubject(OTHER_GOAL), 0));
    for (const get of [bus.jsm.direct.getMessage.bind(bus.jsm.direct), bus.jsm.streams.getMessage.bind(bus.jsm.streams)]) {
      for (const goal of [GOAL, OTHER_GOAL, 'g0000000003']) {
        const last = await get('GOALS', { last_by_subj: `awo.log.${goal}.>` });
        trace.push(last ? `last ${last.seq - site.base.GOALS} ${last.subject}` : 'none');
      }
    }
    await acknowledge(site, await take(site, 3));
    return trace;
  },

  'of writers that race one wins': async (site) => {
    const answers = await Promise.all(Array.from({ length: 5 }, () => publish(site, logSubject(GOAL), 0)));
    await acknowledge(site, await take(site));
    return answers.toSorted();
  },

  'what is not acknowledged comes again, and a late acknowledgement counts': async (site) => {
    await publish(site, logSubject(GOAL));
    const first = await take(site);
    const second = await take(site);
    await acknowledge(site, first);
    await publish(site, logSubject(GOAL));
    const third = await take(site);
    await acknowledge(site, [...third, ...third]);
    return [first, second, third, await take(site, 1, (LEASE_S + 1) * 1000)].map((m) => seen(site, m));
  },

  'what is given back comes again at once, or after its delay with others first': async (site) => {
    await publish(site, logSubject(GOAL));
    const [first] = await take(site);
    first?.nak();
    const again = await take(site);
    const given = site.now().getTime();
    again[0]?.nak(1200);
    await publish(site, logSubject(OTHER_GOAL));
    const other = await take(site);
    const later = await take(site);
    const waited = site.now().getTime() - given;
    await acknowledge(site, [...other, ...later]);
    return [seen(site, again), seen(site, other), seen(site, later), `after its delay: ${waited >= 1150}`];
  },

  'what is terminated never comes again': async (site) => {
    await publish(site, logSubject(GOAL));
    const first = await take(site);
    first[0]?.term('done with');
    return [seen(site, first), seen(site, await take(site, 1, (LEASE_S + 1) * 1000))];
  },

  'what is worked on stays with its worker': async (site) => {
    await publish(site, logSubject(GOAL));
    const first = await take(site);
    for (let i = 0; i < 6; i++) {
      await site.sleep(LEASE_S * 250);
      first[0]?.working();
    }
    await publish(site, logSubject(OTHER_GOAL));
    const next = await take(site);
    await acknowledge(site, [...first, ...next]);
    return [seen(site, first), seen(site, next)];
  },

  'a pull for several gets what is there, and ends': async (site) => {
    for (let i = 0; i < 3; i++) await publish(site, logSubject(GOAL));
    const all = await take(site, 5, 1500);
    await acknowledge(site, all);
    return [seen(site, all)];
  },

  'pulls that wait are served in their order': async (site) => {
    const one = take(site);
    await site.sleep(ARRIVED_MS);
    const two = take(site);
    await site.sleep(ARRIVED_MS);
    await publish(site, logSubject(GOAL));
    await publish(site, logSubject(GOAL));
    const [a, b] = await Promise.all([one, two]);
    await acknowledge(site, [...a, ...b]);
    return [seen(site, a), seen(site, b)];
  },

  'a consumer that is made anew hands the whole log out as if for the first time': async (site) => {
    for (let i = 0; i < 3; i++) await publish(site, logSubject(GOAL));
    const before = await take(site, 2);
    await acknowledge(site, before.slice(0, 1));
    await site.renewConsumer();
    const after = (await take(site, 1000, 2000)).filter((m) => m.seq > site.base.GOALS);
    const trace = [seen(site, before), seen(site, after)];
    await acknowledge(site, after);
    return trace;
  },

  'a broker that is killed keeps every message, and hands out again what was not acknowledged': async (site) => {
    await publish(site, logSubject(GOAL));
    await publish(site, logSubject(GOAL));
    const before = await take(site, 2);
    await acknowledge(site, before.slice(0, 1));
    await site.crash();
    // Whether the acknowledgement was written down in time is a matter of luck; the second message must come.
    const came = new Set<number>();
    for (let i = 0; i < 20 && !came.has(2); i++) {
      const messages = await take(site, 1, 3000).catch(() => []);
      for (const { seq } of messages) came.add(seq - site.base.GOALS);
      await acknowledge(site, messages);
    }
    return [
      seen(site, before),
      `the second came again: ${came.has(2)}`,
      await publish(site, logSubject(GOAL, 'nobody'), 1),
      await publish(site, logSubject(GOAL, 'nobody'), 2),
    ];
  },

  'a write whose answer does not come may be stored all the same': async (site) => {
    const release = site.holdLine();
    const answer = publish(site, logSubject(GOAL), 0, 1000);
    const trace = [await answer];
    release();
    const messages = await take(site);
    trace.push(seen(site, messages), await publish(site, logSubject(GOAL), 0));
    await acknowledge(site, messages);
    return trace;
  },

  'a schedule rings once at its time, the last one that was set': async (site) => {
    const at = (ms: number) => new Date(site.now().getTime() + ms);
    const set = (step: string, ms: number, after: number) => site.bus.schedule({ role: 'planner', goal: GOAL, step, at: at(ms), after });
    const begun = site.now().getTime();
    await set('a', 60_000, 1);
    await set('a', 2500, 2);
    await set('b', -5000, 3);
    const rings = [...(await take(site, 1, 15_000, 'TIMERS')), ...(await take(site, 1, 15_000, 'TIMERS'))];
    const waited = site.now().getTime() - begun;
    const text = (m: (typeof rings)[number]) => `${m.subject} ${m.headers?.get('Nats-Scheduler')} ${new TextDecoder().decode(m.data)}`;
    await acknowledge(site, rings);
    return [...rings.map(text), `not before its time: ${waited >= 2400}`, seen(site, await take(site, 1, 1500, 'TIMERS'), 'TIMERS')];
  },

  'a key is created once, changed under its revision, and created anew over its marker': async (site) => {
    const { kv } = site;
    const base = site.base.KV_effects;
    const trace: Trace = [];
    const key = 'conformance.key';
    const tell = async (run: () => Promise<number | void>) => {
      try {
        const revision = await run();
        trace.push(revision === undefined ? 'ok' : `revision ${revision - base}`);
      } catch (error) {
        trace.push(refused(error, base));
      }
      const entry = await kv.get(key);
      trace.push(entry ? `${entry.operation} ${entry.revision - base} ${entry.string()}` : 'none');
    };
    await tell(() => kv.create(key, 'a'));
    await tell(() => kv.create(key, 'b'));
    await tell(() => kv.update(key, 'c', 1 + base));
    await tell(() => kv.update(key, 'd', 1 + base));
    await tell(() => kv.delete(key, { previousSeq: 1 + base }));
    await tell(() => kv.delete(key, { previousSeq: 2 + base }));
    await tell(() => kv.create(key, 'e'));
    await tell(() => kv.put(key, 'f'));
    return trace;
  },
};
