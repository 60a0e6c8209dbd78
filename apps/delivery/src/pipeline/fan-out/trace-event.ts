import { DELIVERY_CONSUMER, EVENTS_STREAM } from '@hookline/contracts';
import type { Span, Tracing } from '@hookline/service';
import type { Incoming } from './read-message.ts';

/**
 * Starts the span of an event's fan-out. It ends when the event is stored. An event without a trace context begins its
 * trace here.
 * @param startedAtMs when its batch was begun, by performance.now()
 */
export function startProcessSpan(
  tracing: Tracing,
  { event: { attributes } }: Incoming,
  deliveries: number,
  startedAtMs: number,
): Span {
  const span = tracing.startSpan(`process ${EVENTS_STREAM}`, {
    kind: 'consumer',
    parent: attributes.traceparent,
    startedAtMs,
    attributes: {
      'messaging.system': 'nats',
      'messaging.operation.name': 'process',
      'messaging.operation.type': 'process',
      'messaging.destination.name': EVENTS_STREAM,
      'messaging.consumer.group.name': DELIVERY_CONSUMER,
      'messaging.message.id': attributes.id,
      'hookline.event.id': attributes.id,
      'hookline.event.type': attributes.type,
      'hookline.tenant': attributes.tenant,
      'hookline.provider': attributes.provider,
      'hookline.delivery.count': deliveries,
    },
  });
  attributes.traceparent ??= span.traceparent;
  return span;
}
