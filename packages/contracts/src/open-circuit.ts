// An open circuit: the address of a data source at which nobody listens, so that every call is refused at once. Pure.

/** Port 1 of the machine itself (tcpmux, RFC 1078) is served by nobody. */
const NOBODY = '127.0.0.1:1';

/** The same kind of address as the source's; null where it is none that calls go to. */
export function refusingAddress(address: string): string | null {
  const url = URL.parse(address);
  return url === null || url.host === '' ? null : `${url.protocol}//${NOBODY}${url.pathname === '/' ? '' : url.pathname}`;
}

export const isRefusing = (address: string): boolean => URL.parse(address)?.host === NOBODY;
