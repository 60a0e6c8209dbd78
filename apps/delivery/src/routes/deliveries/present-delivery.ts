import { type Attempt, type Delivery, deliveryId } from '@hookline/contracts';
import type { attempts, deliveries } from '@hookline/db/delivery';
import { showBody } from './show-body.ts';
import { hasTime, type WaitReason } from './wait-reason.ts';

const iso = (date: Date | null) => date?.toISOString() ?? null;

export function presentDelivery(row: typeof deliveries.$inferSelect, waitReason: WaitReason): Delivery {
  const waiting = row.status === 'pending' || row.status === 'retrying';
  return {
    id: deliveryId(row.eventId, row.endpointId),
    webhookId: row.endpointId,
    eventId: row.eventId,
    eventType: row.eventType,
    userId: row.tenantId,
    status: row.status,
    attempts: row.attempts,
    nextAttemptAt: waiting && hasTime(row.dueAt) ? iso(row.dueAt) : null,
    waitsFor: waitReason(row),
    lastAttemptAt: iso(row.lastAttemptAt),
    responseCode: row.responseCode,
    errorCode: row.errorCode,
    errorMessage: row.errorMessage,
    createdAt: row.createdAt.toISOString(),
    completedAt: iso(row.completedAt),
    replayId: row.replayId,
    discarded: row.discarded,
  };
}

/** As much of a body as is kept. */
const MAX_BODY_BYTES = 16_384;

export async function presentAttempt(row: typeof attempts.$inferSelect): Promise<Attempt> {
  const { text, compression } = await showBody(row.responseBody, row.responseHeaders, MAX_BODY_BYTES);
  return {
    attempt: row.attempt,
    trigger: row.trigger,
    replayId: row.replayId,
    startedAt: row.startedAt.toISOString(),
    durationMs: row.durationMs,
    firstByteMs: row.firstByteMs,
    dnsMs: row.dnsMs,
    connectMs: row.connectMs,
    tlsMs: row.tlsMs,
    httpVersion: row.httpVersion,
    connectionReused: row.connectionReused,
    requestHeaders: row.requestHeaders,
    outcome: row.outcome,
    responseCode: row.responseCode,
    responseHeaders: row.responseHeaders,
    responseBody: text,
    responseCompression: compression,
    responseEnd: row.responseEnd,
    errorCode: row.errorCode,
    errorMessage: row.errorMessage,
    nextAttemptAt: iso(row.nextAttemptAt),
  };
}
