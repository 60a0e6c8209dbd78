import { isHooklineError } from '@hookline/client';

/** Statuses that are about the gateway, the key or the moment, and not about the event. */
const NOT_OF_THE_EVENT: ReadonlySet<number> = new Set([401, 403, 408, 429, 502, 503, 504]);
/** So often an event is asked for whose request the gateway fails to read. */
const MAX_FAILURES = 5;

/**
 * Whether an event whose request could not be read is to be held and asked for again. An event that is not there any
 * more is not: it would hold back all others for ever.
 * @param attempt the number of the try that failed, from 1
 */
export function mayPass(error: unknown, attempt: number): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  if (!isHooklineError(cause)) return false;
  const { status } = cause;
  if (status === undefined || NOT_OF_THE_EVENT.has(status)) return true;
  return status >= 500 && attempt < MAX_FAILURES;
}
