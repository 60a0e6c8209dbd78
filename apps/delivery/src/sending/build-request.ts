import { signWebhook } from '@hookline/signing';
import { type CatalogEndpoint, secretsAt } from '../catalog/endpoint-catalog.ts';
import type { DueDelivery } from '../lanes/due-delivery.ts';
import type { OutgoingRequest } from './send-request.ts';

/** What is sent to an endpoint: the envelope around the payload, signed. */
export function buildRequest(
  userAgent: string,
  endpoint: CatalogEndpoint,
  delivery: DueDelivery,
): Omit<OutgoingRequest, 'timeoutMs' | 'partition'> {
  // The payload's own bytes, between a head and a tail: never parsed, never serialised again.
  const head = Buffer.from(
    `{"id":"${delivery.eventId}","type":"${delivery.eventType}","timestamp":"${delivery.eventTime}","data":`,
  );
  const body = Buffer.allocUnsafe(head.length + delivery.payload.length + 1);
  head.copy(body);
  body.set(delivery.payload, head.length);
  body[body.length - 1] = 0x7d; // }
  const nowMs = Date.now();
  const signature = signWebhook({
    id: delivery.eventId,
    type: delivery.eventType,
    timestampSeconds: Math.floor(nowMs / 1000),
    secrets: secretsAt(endpoint, nowMs),
    body: [body],
  });
  return {
    method: endpoint.method,
    url: endpoint.url,
    headers: {
      ...endpoint.headers,
      'content-type': 'application/json',
      'user-agent': userAgent,
      ...signature,
    },
    body,
  };
}
