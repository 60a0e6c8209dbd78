import { timeOfId } from '@hookline/contracts';
import type { events } from '@hookline/db/delivery';

/** A row of `events` with its payload. The request of the provider is read apart. */
export type StoredEventRow = Omit<typeof events.$inferSelect, 'request'>;
/** A row of `events` without its payload, which may be large. */
export type EventRow = Omit<StoredEventRow, 'payload'>;

/** The `created_at` of an event, which names its partition. The id of the event holds it. */
export const createdAtOf = (eventId: string): Date => new Date(timeOfId(eventId) ?? 0);
