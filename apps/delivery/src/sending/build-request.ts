import { createHash } from 'node:crypto';
import type { CatalogEndpoint } from '../catalog/endpoint-catalog.ts';
import type { DueDelivery } from '../lanes/due-delivery.ts';
import type { OutgoingRequest } from './send-request.ts';
import { type RequestToSign, signRequest } from './sign-request.ts';

type Unsent = Omit<OutgoingRequest, 'timeoutMs' | 'partition'>;

/** What an envelope is made of. */
type Content = Pick<DueDelivery, 'eventId' | 'eventType' | 'eventTime' | 'payload'>;

/**
 * What is sent to an endpoint: the envelope around the payload, signed.
 * @param signedAtMs the time that the signature bears
 */
export function buildRequest(
  userAgent: string,
  endpoint: CatalogEndpoint,
  content: Content,
  signedAtMs = Date.now(),
): Unsent {
  const { eventId, eventType } = content;
  return signed(userAgent, endpoint, { id: eventId, type: eventType, body: envelopeOf(content), signedAtMs });
}

/**
 * A batch is sent as an event of its own kind, whose data are the envelopes of its events. Its id is made of theirs:
 * it is the same for every attempt at the same events.
 */
export function buildBatchRequest(
  userAgent: string,
  endpoint: CatalogEndpoint,
  deliveries: readonly DueDelivery[],
): Unsent {
  const hash = createHash('sha256').update(endpoint.id);
  let timestamp = '';
  for (const { eventId, eventTime } of deliveries) {
    hash.update(`\0${eventId}`);
    if (eventTime > timestamp) timestamp = eventTime;
  }
  const id = `bat_${hash.digest('hex').slice(0, 32)}`;
  const parts: Uint8Array[] = [
    Buffer.from(`{"id":"${id}","type":"batch","timestamp":"${timestamp}","data":[`),
  ];
  for (const [index, delivery] of deliveries.entries()) {
    if (index > 0) parts.push(COMMA);
    parts.push(envelopeOf(delivery));
  }
  parts.push(END);
  return signed(userAgent, endpoint, {
    id,
    type: 'batch',
    body: Buffer.concat(parts),
    signedAtMs: Date.now(),
  });
}

const COMMA = Buffer.from(',');
const END = Buffer.from(']}');

/** The payload's own bytes, between a head and a tail: never parsed, never serialised again. */
function envelopeOf(delivery: Content): Buffer {
  const head = Buffer.from(
    `{"id":"${delivery.eventId}","type":"${delivery.eventType}","timestamp":"${delivery.eventTime}","data":`,
  );
  const body = Buffer.allocUnsafe(head.length + delivery.payload.length + 1);
  head.copy(body);
  body.set(delivery.payload, head.length);
  body[body.length - 1] = 0x7d; // }
  return body;
}

function signed(
  userAgent: string,
  endpoint: CatalogEndpoint,
  message: RequestToSign & { body: Buffer },
): Unsent {
  return {
    method: endpoint.method,
    url: endpoint.url,
    headers: {
      ...endpoint.headers,
      'content-type': 'application/json',
      'user-agent': userAgent,
      ...signRequest(endpoint, message),
    },
    body: message.body,
  };
}
