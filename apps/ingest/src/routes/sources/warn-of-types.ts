import { UNKNOWN_EVENT_TYPE, type Warning } from '@hookline/contracts';
import type { Database } from '@hookline/db';
import { findUnknownTypes } from '../../event-types/find-unknown-types.ts';

/** Warns about event types that were never listed or sent. */
export async function warnOfTypes(
  database: Database,
  tenant: string,
  patterns: readonly string[] | null | undefined,
): Promise<Warning[]> {
  const unknown = await findUnknownTypes(database, tenant, patterns ?? []);
  return unknown.map(({ pattern, message }) => ({
    code: UNKNOWN_EVENT_TYPE,
    path: `body/events/${patterns?.indexOf(pattern)}`,
    message,
  }));
}
