import type { NormalizedEvent } from '../provider/normalized-event.ts';
import type { Provider } from '../provider/provider.ts';
import { type Rejection, reject } from '../rejection.ts';

/** An empty object with white space is hardly longer. */
const MAX_BYTES = 100;

/** The rejection of a verified request with an empty object; undefined if the body has a member. */
export function checkComplete(
  { alwaysSends, name }: Pick<Provider, 'alwaysSends' | 'name'>,
  { events }: { readonly events: readonly NormalizedEvent[] },
): Rejection | undefined {
  const [event, ...others] = events;
  if (alwaysSends === undefined || event === undefined || others.length > 0) return undefined;
  if (event.payload.length > MAX_BYTES || !/^\s*\{\s*\}\s*$/.test(event.payload.toString('latin1')))
    return undefined;
  return reject(
    'incomplete_body',
    `The body is an empty object. ${name} always sends ${alwaysSends.join(' or ')}.`,
  );
}
