import { isIP } from 'node:net';

const MAX_LENGTH = 2_000;

const isLoopback = (hostname: string) =>
  hostname === 'localhost' || hostname === '[::1]' || (isIP(hostname) === 4 && hostname.startsWith('127.'));

/**
 * Where a browser may be sent after the consent: https, or http on a loopback address.
 * @returns undefined for any other text
 */
export function parseReturnUrl(text: string): URL | undefined {
  // Parsers read these characters differently.
  if (text.length > MAX_LENGTH || /[\s\\]/.test(text) || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  // The normal form of a text may be longer.
  if (url.href.length > MAX_LENGTH || url.username !== '' || url.password !== '') return undefined;
  if (url.protocol === 'https:') return url;
  return url.protocol === 'http:' && isLoopback(url.hostname) ? url : undefined;
}

/** The parameters by which an application is told how a flow ended. */
const FACTS = ['connection', 'status', 'error', 'missing'] as const;

/**
 * The address with facts in its query. Facts that it has from before, of an earlier flow, are removed: the application
 * would otherwise see an error of a connection that was made, or a connection of a flow that failed.
 */
export function withFacts(
  address: string,
  facts: Readonly<Partial<Record<(typeof FACTS)[number], string>>>,
): string {
  const url = new URL(address);
  for (const name of FACTS) url.searchParams.delete(name);
  for (const [name, value] of Object.entries(facts)) url.searchParams.set(name, value);
  return url.href;
}
