import { type Filter, HOOKLINE_PROVIDER, textsOfFilter, type Warning } from '@hookline/contracts';
import { getConnectable, getProvider } from '@hookline/providers';
import { didYouMean } from '@hookline/service';
import { ATTEMPT_ERRORS } from '../pipeline/delivery/attempt-errors.ts';

/** Of events that an application publishes. */
const APPLICATION = 'app';

/** A part of an answer: only there when there are some. */
export const withWarnings = (warnings: Warning[]): { warnings?: Warning[] } =>
  warnings.length === 0 ? {} : { warnings };

/** What a filter, which is valid, waits for in vain. */
export function warnOfFilter(filter: Filter | null | undefined, path = 'body/filter'): Warning[] {
  const patterns = textsOfFilter(filter, 'type', path).filter(({ text }) => text.includes('*'));
  return [
    ...patterns.map(({ path: at, text }) => ({
      code: 'filter_never_matches',
      path: at,
      message: `A filter compares a type as it is, and none has a "*": write ${instead(text)}, or name ${text} as event type`,
    })),
    ...textsOfFilter(filter, 'provider', path).flatMap(({ path: at, text }) => warnOfProvider(text, at)),
  ];
}

const instead = (pattern: string) =>
  /^[^*]+\*$/.test(pattern) ? `{"$startsWith": ${JSON.stringify(pattern.slice(0, -1))}}` : 'a whole type';

/** No event has a provider that does not exist. */
export function warnOfProvider(name: string | undefined, path: string): Warning[] {
  if (name === undefined || name === APPLICATION || name === HOOKLINE_PROVIDER) return [];
  const known = getProvider(name) ?? getConnectable(name);
  if (known?.id === name) return [];
  const message = known
    ? `Events of ${name} have the provider ${known.id}, so this matches nothing: write ${known.id}`
    : `There is no provider ${JSON.stringify(name)}, so this matches nothing: GET /api/providers lists those there are`;
  return [{ code: 'unknown_provider', path, message }];
}

/** No attempt fails with an error that does not exist. */
export function warnOfErrorCode(code: string | undefined, path: string): Warning[] {
  const known = Object.keys(ATTEMPT_ERRORS);
  if (code === undefined || known.includes(code)) return [];
  const advice = didYouMean(code, known) || `: there are ${known.join(', ')}`;
  return [
    { code: 'unknown_error_code', path, message: `No attempt fails with ${JSON.stringify(code)}${advice}` },
  ];
}
