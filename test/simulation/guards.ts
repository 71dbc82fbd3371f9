// The guards of the system, each with the text that makes it up: the calibration takes one out at a time and sees which invariant notices.

export type Guard = { name: string; without: string; file: string; replace: readonly (readonly [text: string, by: string])[] };

const APPEND = 'packages/bus/src/append.ts';
const WRITE = 'packages/bus/src/write.ts';
const TAKE_UP = 'packages/agent/src/take-up.ts';
const GATE = 'services/toolgate/src/gate.ts';
const EFFECTS = 'services/toolgate/src/effects.ts';

export const GUARDS: readonly Guard[] = [
  {
    name: 'sequence-guard',
    without: 'a commit is appended whatever stands in the log',
    file: APPEND,
    replace: [['expect: { lastSubjectSequence: after, lastSubjectSequenceSubject: subjects.goalLog(commit.goal) },', '']],
  },
  {
    name: 'rebase',
    without: 'after a conflict the same events are appended to the newer state',
    file: WRITE,
    replace: [
      ['const sent = new Set<string>();', 'const sent = new Set<string>(); let first: Event[] | null = null;'],
      ['const events = request.events(', 'const events = first ??= request.events('],
    ],
  },
  {
    name: 'own-commit-recognised',
    without: 'a commit whose answer got lost is taken for somebody else’s',
    file: WRITE,
    replace: [['if (head && sent.has(head.hash))', 'if (false)']],
  },
  {
    name: 'reads-never-go-back',
    without: 'after a conflict the writer believes a copy that lags',
    file: WRITE,
    replace: [['const seen = await lastCommit(connection, request.goal, head);', 'const seen = await lastCommit(connection, request.goal);']],
  },
  {
    name: 'absence-is-no-archive',
    without: 'a goal that a lagging leader has never heard of passes for archived',
    file: WRITE,
    replace: [['return absentMs > LEFT_AFTER_MS;', 'return absent;']],
  },
  {
    name: 'hand-over-after-writing',
    without: 'only the first step that is ready is handed over',
    file: WRITE,
    replace: [['return { written: true, head: await handOver(connection, request, result.head) };', 'return { written: true, head: result.head };']],
  },
  {
    name: 'ack-after-commit',
    without: 'the message is acknowledged before its outcome is written',
    file: TAKE_UP,
    replace: [['const conclude = async (events: Event[]) => {', 'const conclude = async (events: Event[]) => { message.ack();']],
  },
  {
    name: 'redelivery-reads-the-log',
    without: 'a message that comes again is worked on as if it were new',
    file: TAKE_UP,
    replace: [['const fresh = !message.redelivered && ', 'const fresh = true || ']],
  },
  {
    name: 'old-at-first-delivery',
    without: 'a commit that the consumer has forgotten is worked on as if it were new',
    file: TAKE_UP,
    replace: [[' && options.now().getTime() - Date.parse(own.commit.at) < FRESH_MS;', ';']],
  },
  {
    name: 'not-older-than-delivered',
    without: 'a redelivery believes a copy that lags behind the message itself',
    file: TAKE_UP,
    replace: [['await bus.lastCommit(goal, own)', 'await bus.lastCommit(goal)']],
  },
  {
    name: 'hand-over-on-redelivery',
    without: 'what a worker died before handing over stays where it is',
    file: TAKE_UP,
    replace: [['await write(() => null, head, head.traceparent);', '']],
  },
  {
    name: 'timer-on-redelivery',
    without: 'a step that waits is acknowledged without looking after its timer',
    file: TAKE_UP,
    replace: [['    await ensureTimer(head, stepId, parent, options);\n', '']],
  },
  {
    name: 'timer-after-a-lost-race',
    without: 'whoever finds that another one’s look was written does not set its timer',
    file: TAKE_UP,
    replace: [['if (after) await ensureTimer', 'if (after && written) await ensureTimer']],
  },
  {
    name: 'one-outcome-per-look',
    without: 'the outcome of a look counts for any later look',
    file: TAKE_UP,
    replace: [['isOpen(state, stepId) && (stepById(state, stepId)?.wait?.looks ?? 0) === looks;', 'isOpen(state, stepId);']],
  },
  {
    name: 'overtaken-steps-aside',
    without: 'a worker that was overtaken fails the step',
    file: TAKE_UP,
    replace: [['if (isOvertaken(error) &&', 'if (false &&']],
  },
  {
    name: 'timer-not-early',
    without: 'a timer that rings twice causes a look before its time',
    file: TAKE_UP,
    replace: [['if (early > EARLY_MS)', 'if (false)']],
  },
  {
    name: 'timer-reads-the-leader',
    without: 'a timer believes a copy that lags',
    file: TAKE_UP,
    replace: [['options.bus.currentCommit(due.goal, due.after)', 'options.bus.lastCommit(due.goal)']],
  },
  {
    name: 'fence',
    without: 'toolgate lets a worker act that was overtaken',
    file: GATE,
    replace: [['if (isOlder({ seq: fence, attempt }, highest))', 'if (false)']],
  },
  {
    name: 'fence-of-a-delivery',
    without: 'of two workers that have read the same commit the earlier one may still act',
    file: EFFECTS,
    replace: [[' || (a.seq === b.seq && a.attempt < b.attempt);', ';']],
  },
  {
    name: 'step-is-open',
    without: 'toolgate lets a worker act whose step is over',
    file: GATE,
    replace: [['if (!(await gate.isOpen(goal, step, fence)))', 'if (false)']],
  },
  {
    name: 'claim',
    without: 'an effect is claimed whoever has claimed it before',
    file: EFFECTS,
    replace: [['await kv.create(key, JSON.stringify(record))', 'await kv.put(key, JSON.stringify(record))']],
  },
  {
    name: 'digest-of-the-request',
    without: 'one name may stand for two effects',
    file: GATE,
    replace: [['if (record.request !== digest) throw', 'if (false) throw']],
  },
  {
    name: 'recorded-result',
    without: 'what is done is done again instead of answered from the record',
    file: GATE,
    replace: [["if (record.state === 'done') return", 'if (false) return']],
  },
  {
    name: 'recorded-failure',
    without: 'what has failed for good is tried again',
    file: GATE,
    replace: [["if (record.state === 'failed') throw", 'if (false) throw']],
  },
  {
    name: 'read-back',
    without: 'a claim without a result is called again without looking',
    file: GATE,
    replace: [["  if (claim.kind === 'theirs') {\n    // Claimed without", '  if (false) {\n    // Claimed without']],
  },
  {
    name: 'recording',
    without: 'the result of a call is told before it is recorded',
    file: GATE,
    replace: [
      [
        '    const result = await call(gate, route, client, request, key);\n    await settle(',
        '    const result = await call(gate, route, client, request, key);\n    void (',
      ],
    ],
  },
  {
    name: 'lost-is-not-refused',
    without: 'a call whose answer got lost gives its claim back',
    file: GATE,
    replace: [['(error instanceof RetryableError && !(error instanceof LostCall))', 'error instanceof RetryableError']],
  },
  {
    name: 'take-over-of-a-claim',
    without: 'of two toolgates that find nothing, both call',
    file: GATE,
    replace: [['    revision = await settle({ state: ', '    void ({ state: ']],
  },
  {
    name: 'call-under-way',
    without: 'a second request does not wait for the call of the first',
    file: GATE,
    replace: [['if (underWay) return underWay;', '']],
  },
  {
    name: 'fence-of-the-tool',
    without: 'the tool server takes calls with an older fence than it has seen',
    file: 'test/simulation/tools.ts',
    replace: [['if (fence < service.fence) throw', 'if (false) throw']],
  },
];
