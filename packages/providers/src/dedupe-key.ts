import { createHash } from 'node:crypto';
import type { NormalizedEvent } from './provider.ts';

/**
 * What a repeat of an event is recognised by, within a tenant and a provider: the provider's delivery id, or a hash of
 * type, source, the event's own fields and its payload. At most 180 characters, printable ASCII.
 */
export function dedupeKeyOf(event: NormalizedEvent): string {
  if (event.deliveryId !== undefined) return event.deliveryId;
  const fields = JSON.stringify([event.type, event.source, ...event.dedupeFields]);
  return `sha256:${createHash('sha256').update(fields).update('\n').update(event.payload).digest('hex')}`;
}
