import type { Connectable, PushSpecification } from '@hookline/providers';
import type { EventDraft } from '../events/publish-events.ts';
import { connectionDedupeKey } from '../polls/apply-answer.ts';
import type { PushMessage } from './push-message.ts';

/** The event that a push becomes for one connection. */
export function toEventDraft(
  push: PushMessage,
  { connectionId, tenant }: { connectionId: string; tenant: string },
  connectable: Pick<Connectable, 'pushedKey'>,
  { identity }: Pick<PushSpecification, 'identity'>,
): EventDraft {
  const { attributes, payload, json } = push;
  const { type, dedupekey, dedupewindow } = attributes;
  const natural = identity === 'natural' ? connectable.pushedKey?.({ type, payload: json }) : undefined;
  // A key that counts only within some time could make two events one.
  const isExact = natural !== undefined && natural.withinSeconds === undefined;
  // The key of the push begins with the source that received it.
  const key = isExact ? natural.key : dedupekey.slice(dedupekey.indexOf(':') + 1);
  const timeMs = Date.parse(attributes.time);
  return {
    tenant,
    provider: attributes.provider,
    type,
    source: attributes.source,
    subject: attributes.subject,
    action: attributes.action,
    repository: attributes.repository,
    timeMs: Number.isNaN(timeMs) ? undefined : timeMs,
    dedupeKey: connectionDedupeKey(connectionId, key),
    dedupeWindowMs: isExact || dedupewindow === undefined ? undefined : Number(dedupewindow),
    providerDeliveryId: attributes.deliveryid,
    via: 'webhook',
    payload,
  };
}
