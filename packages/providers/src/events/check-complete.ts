import type { NormalizedEvent } from '../provider/normalized-event.ts';
import type { Provider } from '../provider/provider.ts';
import { type Rejection, reject } from '../rejection.ts';

/** An empty object with white space in it is hardly longer. */
const MAX_BYTES = 100;

/** Why a verified request says nothing; undefined if there is a member in it. */
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
    `The body is an empty object, without the ${alwaysSends.join(' or ')} that ${name} always sends.`,
  );
}
