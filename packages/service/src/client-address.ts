import { isIPv6 } from 'node:net';

/** An IPv4 address as IPv6 sockets show it. */
const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

/** The one spelling of a client's address that is compared: IPv4 is never in the dress of IPv6, and has no zone. */
export function plainAddress(address: string): string {
  const [withoutZone = ''] = address.split('%', 1);
  return withoutZone.replace(MAPPED, '$1');
}

/** What a client's address is counted by: of IPv6 the network, because whoever has one has all addresses in it. */
export function networkOf(text: string): string {
  // Most are IPv4, and telling so by the colon is much quicker than by the whole grammar.
  if (!text.includes(':')) return text;
  const address = plainAddress(text);
  if (!isIPv6(address)) return address;
  const [head = '', tail] = address.split('::');
  const first = head === '' ? [] : head.split(':');
  const last = tail ? tail.split(':') : [];
  const zeros = Array.from({ length: Math.max(0, 8 - first.length - last.length) }, () => '0');
  return [...first, ...zeros, ...last].slice(0, 4).join(':').toLowerCase();
}
