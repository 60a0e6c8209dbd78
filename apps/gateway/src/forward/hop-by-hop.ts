/** Headers that belong to one connection, not to the message (RFC 9110, 7.6.1, and the additions of HTTP libraries). */
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'expect',
]);

/**
 * @param connection the value of the Connection header
 * @returns whether a header must not be forwarded: it is hop-by-hop, or the Connection header names it
 */
export function createHopByHopCheck(connection: string | undefined): (name: string) => boolean {
  const named = connection
    ?.split(',')
    .map((each) => each.trim().toLowerCase())
    .filter((each) => each !== '' && each !== 'close' && each !== 'keep-alive');
  return (name) => HOP_BY_HOP.has(name) || named?.includes(name) === true;
}
