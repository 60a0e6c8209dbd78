import type { IncomingHttpHeaders } from 'node:http';
import type { Provider } from '@hookline/providers';

/** As long as any provider's reason, and without characters that could imitate Hookline's own text. */
const VALUE = /^[\w.-]{1,50}$/;

/**
 * The provider's statement about its retry, as a sentence that follows another sentence. Such as Slack's
 * `http_timeout`: our answer to the first try was late or missing.
 * @returns an empty text if the request has no such statement
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
