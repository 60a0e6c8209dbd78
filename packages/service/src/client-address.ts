import { isIPv6 } from 'node:net';

/** An IPv4 address as IPv6 sockets show it. */
const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

/** The spelling in which addresses are compared: an IPv4 address is not written as IPv6, and there is no zone. */
export function plainAddress(address: string): string {
  const [withoutZone = ''] = address.split('%', 1);
  return withoutZone.replace(MAPPED, '$1');
}

/** The key by which a client is counted: for IPv6 the network, because its owner has all addresses in it. */
export function networkOf(text: string): string {
  // Most addresses are IPv4. Looking for a colon is much faster than parsing the address.
  if (!text.includes(':')) return text;
  const address = plainAddress(text);
  if (!isIPv6(address)) return address;
  const [head = '', tail] = address.split('::');
  const first = head === '' ? [] : head.split(':');
  const last = tail ? tail.split(':') : [];
  const zeros = Array.from({ length: Math.max(0, 8 - first.length - last.length) }, () => '0');
  return [...first, ...zeros, ...last].slice(0, 4).join(':').toLowerCase();
}
