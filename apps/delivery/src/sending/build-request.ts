import { signWebhook } from '@hookline/signing';
import { type CatalogEndpoint, secretsAt } from '../catalog/endpoint-catalog.ts';
import type { DueDelivery } from '../lanes/due-delivery.ts';
import type { RequestContent } from './request-content.ts';
import type { OutgoingRequest } from './send-request.ts';

/** What is sent to an endpoint: the content, signed. */
export function buildRequest(
  userAgent: string,
  endpoint: CatalogEndpoint,
  delivery: DueDelivery,
  { method, headers, body }: RequestContent,
): Omit<OutgoingRequest, 'timeoutMs'> {
  const nowMs = Date.now();
  const signature = signWebhook({
    id: delivery.eventId,
    type: delivery.eventType,
    timestampSeconds: Math.floor(nowMs / 1000),
    secrets: secretsAt(endpoint, nowMs),
    body: [body],
  });
  return {
    method,
    url: endpoint.url,
    headers: {
      ...headers,
      'content-type': 'application/json',
      'user-agent': userAgent,
      ...signature,
    },
    body,
  };
}
