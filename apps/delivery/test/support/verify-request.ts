import { createHmac, timingSafeEqual } from 'node:crypto';
import type { ReceivedRequest } from '@hookline/testkit';
import { Webhook } from 'standardwebhooks';

/** Verifies a request as a receiver with Standard Webhooks does. @throws if the receiver would refuse the request */
export function verifyStandard(request: ReceivedRequest, secret: string): void {
  new Webhook(secret).verify(request.body, request.headers as Record<string, string>);
}

/** Verifies the plain signature over the raw body, as a receiver in Node does. */
export function verifyPlain(request: ReceivedRequest, secret: string): boolean {
  const signature = String(request.headers['x-webhook-signature']);
  const timestamp = Number.parseInt(String(request.headers['x-webhook-timestamp']), 10);
  const age = Math.floor(Date.now() / 1000) - timestamp;
  if (age > 300) return false;
  const expected = createHmac('sha256', secret).update(`${timestamp}.`).update(request.body).digest('hex');
  return timingSafeEqual(Buffer.from(signature, 'hex'), Buffer.from(expected, 'hex'));
}

/**
 * Verifies the plain signature as a receiver does that has the body parsed first (`express.json()`): over
 * `JSON.stringify` of the parsed body. It accepts only bodies that are compact JSON.
 */
export function verifyPlainAfterParsing(request: ReceivedRequest, secret: string): boolean {
  const payload: unknown = JSON.parse(request.body.toString());
  return verifyPlain({ ...request, body: Buffer.from(JSON.stringify(payload)) }, secret);
}
