/** Headers of one connection, not of the message (RFC 9110, 7.6.1, and what HTTP libraries add to the list). */
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
 * Tells which headers of a message stay behind: the hop-by-hop ones, and those that its Connection header names.
 * @param connection value of that header
 */
export function createHopByHopCheck(connection: string | undefined): (name: string) => boolean {
  const named = connection
    ?.split(',')
    .map((each) => each.trim().toLowerCase())
    .filter((each) => each !== '' && each !== 'close' && each !== 'keep-alive');
  return (name) => HOP_BY_HOP.has(name) || named?.includes(name) === true;
}
