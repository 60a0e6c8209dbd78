import { Webhook } from 'standardwebhooks';
import type { ArrivedWebhook } from './receive-webhooks.ts';
import type { SentWebhook } from './send-github.ts';
import { verifyPlainSignature } from './verify-plain-signature.ts';

/** Describes each difference between the sent and the arrived webhooks; empty if there is no difference. */
export function checkArrivals(
  sent: readonly SentWebhook[],
  arrived: ReadonlyMap<string, readonly ArrivedWebhook[]>,
  seen: ReadonlyMap<string, number>,
  endpointSecret: string,
): string[] {
  const differences: string[] = [];
  const standard = new Webhook(endpointSecret);
  const ids = new Set<string>();
  for (const { payload, status, eventId, answer } of sent) {
    const what = `${payload.event} (${payload.body.length} bytes)`;
    if (status < 200 || status > 299 || eventId === undefined) {
      differences.push(`${what} was answered ${status}: ${answer}`);
      continue;
    }
    if (ids.has(eventId)) differences.push(`${what}: another payload has the same event id ${eventId}`);
    ids.add(eventId);

    const webhooks = arrived.get(eventId) ?? [];
    if (webhooks.length !== 1) differences.push(`${what}: ${eventId} arrived ${webhooks.length} times`);
    for (const webhook of webhooks)
      differences.push(
        ...checkOne(webhook, payload.body, standard, endpointSecret).map((text) => `${what}: ${text}`),
      );

    const times = seen.get(eventId) ?? 0;
    if (times !== 1) differences.push(`${what}: ${eventId} was seen ${times} times on the live feed`);
  }
  for (const id of arrived.keys()) if (!ids.has(id)) differences.push(`${id} arrived and was never sent`);
  return differences;
}

function checkOne(webhook: ArrivedWebhook, payload: Buffer, standard: Webhook, secret: string): string[] {
  const problems: string[] = [];
  try {
    standard.verify(webhook.body, webhook.headers);
  } catch (error) {
    problems.push(`the standardwebhooks package refuses it: ${(error as Error).message}`);
  }
  const { headers } = webhook;
  if (
    !verifyPlainSignature(
      webhook.body,
      headers['x-webhook-signature'] ?? '',
      headers['x-webhook-timestamp'] ?? '',
      secret,
    )
  ) {
    problems.push('verifyPlainSignature refuses it');
  }
  // The body is {"id":…,"type":…,"timestamp":…,"data":<payload>}: the payload ends before the last byte.
  const tail = webhook.body.subarray(webhook.body.length - 1 - payload.length, webhook.body.length - 1);
  if (!tail.equals(payload)) problems.push('`data` differs from the bytes that were sent');
  return problems;
}
