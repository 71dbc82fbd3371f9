// Does a NATS pattern cover a subject? Pure.

/** Written here a second time: the broker's configuration is made with the other one, and a fault in it must not hide itself. */
export function covers(pattern: string, subject: string): boolean {
  const source = pattern
    .split('.')
    .map((token) => (token === '*' ? '[^.>]+' : token === '>' ? '.+' : token.replace(/[$^|\\/()[\]{}+?]/g, '\\$&')))
    .join('\\.');
  return new RegExp(`^${source}$`).test(subject);
}
