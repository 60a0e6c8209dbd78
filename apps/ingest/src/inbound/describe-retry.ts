import type { IncomingHttpHeaders } from 'node:http';
import type { Provider } from '@hookline/providers';

/** As long as any provider's, and nothing that could be mistaken for our own words. */
const VALUE = /^[\w.-]{1,50}$/;

/**
 * What a provider says about its sending something again, as a sentence to go behind another. Such as Slack's
 * `http_timeout`: our answer to the first try came too late, or not at all.
 * @returns an empty text where it says nothing
 */
export function describeRetry(
  provider: Provider | undefined,
  { headers }: { headers: IncomingHttpHeaders },
): string {
  if (!provider?.retryHeaders) return '';
  const { number, reason } = provider.retryHeaders;
  const [which, why] = [headers[number], headers[reason]];
  if (typeof which !== 'string' || !VALUE.test(which)) return '';
  const because = typeof why === 'string' && VALUE.test(why) ? `, because of ${why}` : '';
  return ` It is ${provider.name}'s retry ${which}${because}.`;
}
