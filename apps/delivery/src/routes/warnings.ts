import {
  APPLICATION_PROVIDER,
  CONNECTION_PROVIDER,
  type Filter,
  HOOKLINE_PROVIDER,
  textsOfFilter,
  type Warning,
} from '@hookline/contracts';
import { getConnectable, getProvider } from '@hookline/providers';
import { didYouMean } from '@hookline/service';
import { ATTEMPT_ERRORS } from '../pipeline/delivery/attempt-errors.ts';

/** The warnings of an answer, which has none if the list is empty. */
export const withWarnings = (warnings: Warning[]): { warnings?: Warning[] } =>
  warnings.length === 0 ? {} : { warnings };

/** Warns of conditions of a valid filter that no event can meet. */
export function warnOfFilter(filter: Filter | null | undefined, path = 'body/filter'): Warning[] {
  const patterns = textsOfFilter(filter, 'type', path).filter(({ text }) => text.includes('*'));
  return [
    ...patterns.map(({ path: at, text }) => ({
      code: 'filter_never_matches',
      path: at,
      message: `A filter compares the whole type, and no type has a "*": write ${instead(text)}, or use ${text} as an event type`,
    })),
    ...textsOfFilter(filter, 'provider', path).flatMap(({ path: at, text }) => warnOfProvider(text, at)),
  ];
}

const instead = (pattern: string) =>
  /^[^*]+\*$/.test(pattern) ? `{"$startsWith": ${JSON.stringify(pattern.slice(0, -1))}}` : 'a whole type';

/** Of events that no provider sends. */
const OWN_PROVIDERS: ReadonlySet<string> = new Set([
  APPLICATION_PROVIDER,
  HOOKLINE_PROVIDER,
  CONNECTION_PROVIDER,
]);

/** Warns of a provider that does not exist, because no event can have it. */
export function warnOfProvider(name: string | undefined, path: string): Warning[] {
  if (name === undefined || OWN_PROVIDERS.has(name)) return [];
  const known = getProvider(name) ?? getConnectable(name);
  if (known?.id === name) return [];
  const message = known
    ? `Events of ${name} have the provider ${known.id}, so this matches no event: write ${known.id}`
    : `There is no provider ${JSON.stringify(name)}, so this matches no event: GET /api/providers lists all providers`;
  return [{ code: 'unknown_provider', path, message }];
}

/** Warns of an error code that does not exist, because no attempt can have it. */
export function warnOfErrorCode(code: string | undefined, path: string): Warning[] {
  const known = Object.keys(ATTEMPT_ERRORS);
  if (code === undefined || known.includes(code)) return [];
  const advice = didYouMean(code, known) || `: there are ${known.join(', ')}`;
  return [
    { code: 'unknown_error_code', path, message: `No attempt fails with ${JSON.stringify(code)}${advice}` },
  ];
}
