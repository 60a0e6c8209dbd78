import type { Span, Tracing } from '@hookline/service';
import type { CatalogEndpoint } from '../../endpoints/catalog/endpoint-catalog.ts';
import { maskUrl } from '../../endpoints/mask-url.ts';
import type { DueDelivery } from '../delivery/due-delivery.ts';
import type { SendResult } from './send-request.ts';

/**
 * Starts the span of an attempt. The attempt at a delivery is a child of the span by which its event was published, and
 * so is each retry. The attempt at a batch begins a trace of its own, which is linked to the trace of each event.
 */
export function startAttemptSpan(
  tracing: Tracing,
  endpoint: CatalogEndpoint,
  deliveries: readonly [DueDelivery, ...DueDelivery[]],
): Span {
  const [first] = deliveries;
  const { url } = endpoint;
  const attributes = {
    'http.request.method': endpoint.method,
    'server.address': url.hostname,
    'server.port': Number(url.port || (url.protocol === 'http:' ? 80 : 443)),
    'url.full': maskUrl(url.href),
    'hookline.tenant': first.tenantId,
    'hookline.endpoint.id': first.endpointId,
    'hookline.attempt.number': first.attempts + 1,
    'http.request.resend_count': first.attempts === 0 ? undefined : first.attempts,
  };
  if (endpoint.batching !== undefined) {
    return tracing.startSpan(endpoint.method, {
      kind: 'client',
      links: deliveries.map(({ traceparent }) => traceparent),
      attributes: { ...attributes, 'hookline.event.count': deliveries.length },
    });
  }
  return tracing.startSpan(endpoint.method, {
    kind: 'client',
    parent: first.traceparent,
    attributes: {
      ...attributes,
      'hookline.event.id': first.eventId,
      'hookline.event.type': first.eventType,
    },
  });
}

export function endAttemptSpan(
  span: Span,
  { status, failure }: Pick<SendResult, 'status' | 'failure'>,
): void {
  span.setAttributes({ 'http.response.status_code': status });
  if (failure) span.fail(failure.code);
  span.end();
}
