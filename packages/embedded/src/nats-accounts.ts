// The accounts of the bus: who works for others has one of its own, and what passes between two is named. Pure.
import { TerminalError } from '@awo/contracts';
import type { BusUser, BusUsers } from './bus-users.ts';

/**
 * Holds the streams. Why not everybody: a publish permission says nothing about the reply subject of a request, and the
 * broker answers there with its own rights. In one account an agent could have any stored bytes "answered" onto another's
 * subject. Between accounts a reply reaches only the inbox of the account that asked.
 */
const STREAMS = 'AWO';

const quote = (text: string) => JSON.stringify(text);
const list = (subjects: readonly string[]) => `[${subjects.map(quote).join(', ')}]`;
const isInbox = (subject: string) => /^_INBOX[._]/.test(subject);

/** Does every subject that fits `inner` fit `outer` too? */
export function covers(outer: string, inner: string): boolean {
  const [a, b] = [outer.split('.'), inner.split('.')];
  for (const [i, token] of a.entries()) {
    if (token === '>') return b.length > i;
    if (b[i] === undefined || b[i] === '>' || (token !== '*' && token !== b[i])) return false;
  }
  return a.length === b.length;
}

type Member = BusUser & { name: string; account: string };
/** `subject` is asked of account `from` by account `to`. */
type Passage = { subject: string; from: string; to: string };

/** Goals are stored and heard: they go to the streams, and from there to the planner. */
const isStoredAndHeard = (subject: string) => subject.startsWith('awo.goals.');

/** Who answers: the account of the user that hears the subject, else the one with the streams. */
function providerOf(subject: string, members: Member[]): string {
  if (isStoredAndHeard(subject)) return STREAMS;
  return members.find((member) => member.subscribe.some((heard) => !isInbox(heard) && covers(heard, subject)))?.account ?? STREAMS;
}

function passagesOf(members: Member[]): Passage[] {
  const passages: Passage[] = [];
  for (const { name, account, publish, subscribe } of members) {
    for (const subject of publish.filter((s) => !isInbox(s))) passages.push({ subject, from: providerOf(subject, members), to: account });
    for (const subject of subscribe.filter((s) => !isInbox(s) && account !== STREAMS)) {
      if (isStoredAndHeard(subject)) passages.push({ subject, from: account, to: STREAMS });
      if (subject.startsWith('awo.log.'))
        throw new TerminalError(
          'bad-config',
          `bus.yaml: ${name} hears ${subject} but has an account of its own, where no commit arrives.`,
          'Let it read the stream.',
        );
    }
  }
  const across = passages.filter(({ from, to }) => from !== to);
  return [...new Map(across.map((p) => [`${p.subject} ${p.from} ${p.to}`, p])).values()];
}

function userBlock({ name, account, publish, subscribe, allow_responses }: Member, key: string, passages: Passage[]): string {
  const responses = allow_responses ? `\n        allow_responses: { max: ${allow_responses.max}, expires: ${quote(allow_responses.expires)} }` : '';
  // What another account asked is answered on `_R_`, a random subject that the server has made for this one request.
  const serves = passages.some(({ subject, from }) => from === account && !subject.startsWith('awo.log.') && subscribe.some((heard) => covers(heard, subject)));
  const answers = serves ? ['_R_.>'] : [];
  return `      # ${name}
      { nkey: ${quote(key)}, permissions: {
        publish: { allow: ${list([...publish, ...answers])} }
        subscribe: { allow: ${list(subscribe)} }${responses}
      } }`;
}

/** The accounts block of server.conf, without its braces. Throws TerminalError `bad-config`. */
export function renderAccounts(users: BusUsers, keys: Record<string, string>): string {
  const members = Object.entries(users).map(([name, user]): Member => ({ ...user, name, account: user.account ?? STREAMS }));
  const passages = passagesOf(members);
  const accounts = [...new Set([STREAMS, ...members.map((member) => member.account)])];
  return accounts
    .map((account) => {
      const offered = Map.groupBy(
        passages.filter(({ from }) => from === account),
        ({ subject }) => subject,
      );
      const asked = passages.filter(({ to }) => to === account);
      return `  ${account} {
${account === STREAMS ? '    jetstream: enabled\n' : ''}    users: [
${members
  .filter((member) => member.account === account)
  .map((member) => userBlock(member, keyOf(keys, member.name), passages))
  .join('\n')}
    ]
    exports: [
${[...offered].map(([subject, uses]) => `      { service: ${quote(subject)}, response_type: Stream, accounts: ${list(uses.map(({ to }) => to))} }`).join('\n')}
    ]
    imports: [
${asked.map(({ subject, from }) => `      { service: { account: ${quote(from)}, subject: ${quote(subject)} } }`).join('\n')}
    ]
  }`;
    })
    .join('\n');
}

function keyOf(keys: Record<string, string>, user: string): string {
  const key = keys[user];
  if (!key) throw new Error(`no key for bus user ${user}`);
  return key;
}
