// What the command line of a container sets: flags with their values, and addresses in the text of a script. Pure.
import { items, text } from './dig.ts';
import type { Container } from './containers.ts';

export type Argument = { name: string; value: string };
const FLAG = /^-{1,2}([a-z][\w.-]*)$/i;
const FLAG_WITH_VALUE = /^-{1,2}([a-z][\w.-]*)=(.*)$/i;
/** Programs that take the host, or the host and the port, as words of their own. */
const ASKS = /^(nc|ncat|netcat|nslookup|dig|host|ping|telnet|getent|curl|wget|wait-for|wait-for-it(\.sh)?|pg_isready|mysqladmin|redis-cli)$/;

export function argumentsOf(c: Container): Argument[] {
  const words = [...items(c.spec['command']), ...items(c.spec['args'])].map(text);
  return words.flatMap((word, i) => {
    // A script is one word of many: its own words are read one by one.
    if (/\s/.test(word.trim())) return flags(word.split(/[\s;&|"'()]+/).filter(Boolean), true);
    return flags([word, words[i + 1] ?? ''], false);
  });
}

function flags(words: readonly string[], isScript: boolean): Argument[] {
  const found: Argument[] = [];
  const last = isScript ? words.length : 1;
  for (let i = 0; i < last; i += 1) {
    const [word = '', next = ''] = [words[i], words[i + 1]];
    const whole = FLAG_WITH_VALUE.exec(word);
    const bare = FLAG.exec(word);
    if (whole !== null) found.push({ name: whole[1] ?? '', value: whole[2] ?? '' });
    else if (bare !== null && next !== '' && !next.startsWith('-')) found.push({ name: bare[1] === 'h' ? 'host' : (bare[1] ?? ''), value: next });
    else if (ASKS.test(word)) {
      const rest = words.slice(i + 1).filter((w) => !w.startsWith('-'));
      const [host = '', port = ''] = rest;
      if (/^[a-z]/i.test(host) && !/[:/]/.test(host)) found.push({ name: 'host', value: /^\d{2,5}$/.test(port) ? `${host}:${port}` : host });
    } else if (/^[a-z][a-z0-9+]*:\/\/|^[a-z][\w.-]*:\d{2,5}$/i.test(word)) found.push({ name: 'address', value: word });
  }
  return found;
}
