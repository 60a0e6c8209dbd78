import { createHmac, timingSafeEqual } from 'node:crypto';
import type { ReceivedRequest } from '@hookline/testkit';
import { Webhook } from 'standardwebhooks';

/** As a receiver that follows Standard Webhooks. @throws when it would refuse the request */
export function verifyStandard(request: ReceivedRequest, secret: string): void {
  new Webhook(secret).verify(request.body, request.headers as Record<string, string>);
}

/**
 * The seeds' example for receivers in Node, over the raw body: theirs prints the parsed body again, which only works
 * for bodies that JSON.stringify would have made.
 */
export function verifyAsSeed(request: ReceivedRequest, secret: string): boolean {
  const signature = String(request.headers['x-webhook-signature']);
  const timestamp = Number.parseInt(String(request.headers['x-webhook-timestamp']), 10);
  const age = Math.floor(Date.now() / 1000) - timestamp;
  if (age > 300) return false;
  const expected = createHmac('sha256', secret).update(`${timestamp}.`).update(request.body).digest('hex');
  return timingSafeEqual(Buffer.from(signature, 'hex'), Buffer.from(expected, 'hex'));
}

/**
 * The same as the seeds' document has it, word for word: `express.json()` has parsed the body, and what is verified is
 * what JSON.stringify makes of it.
 */
export function verifyParsedAsSeed(request: ReceivedRequest, secret: string): boolean {
  const payload: unknown = JSON.parse(request.body.toString());
  return verifyAsSeed({ ...request, body: Buffer.from(JSON.stringify(payload)) }, secret);
}
