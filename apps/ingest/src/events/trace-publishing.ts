import { BusError } from '@hookline/bus';
import { EVENTS_STREAM } from '@hookline/contracts';
import type { Tracing } from '@hookline/service';
import type { EventAcceptor } from './event-acceptor.ts';

/** Gives the publishing of each event a span, by which the event continues the trace of its request. */
export function tracePublishing(acceptor: EventAcceptor, tracing: Tracing): EventAcceptor {
  return {
    async accept(event, withinMs) {
      const { id, type, tenant, provider, traceparent } = event.attributes;
      const span = tracing.startSpan(`publish ${EVENTS_STREAM}`, {
        kind: 'producer',
        parent: traceparent,
        attributes: {
          'messaging.system': 'nats',
          'messaging.operation.name': 'publish',
          'messaging.operation.type': 'send',
          'messaging.destination.name': EVENTS_STREAM,
          'messaging.message.id': id,
          'hookline.event.id': id,
          'hookline.event.type': type,
          'hookline.tenant': tenant,
          'hookline.provider': provider,
        },
      });
      try {
        const attributes = { ...event.attributes, traceparent: span.traceparent };
        const accepted = await acceptor.accept({ ...event, attributes }, withinMs);
        if (accepted.duplicate) span.setAttributes({ 'hookline.repeat_of': accepted.id });
        return accepted;
      } catch (error) {
        span.fail(error instanceof BusError ? error.code : 'internal');
        throw error;
      } finally {
        span.end();
      }
    },
  };
}
