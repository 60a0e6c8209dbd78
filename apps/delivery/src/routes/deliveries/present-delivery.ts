import { type Attempt, type Delivery, deliveryId } from '@hookline/contracts';
import type { attempts, deliveries } from '@hookline/db/delivery';
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

export function presentAttempt(row: typeof attempts.$inferSelect): Attempt {
  const encoding = row.responseHeaders?.['content-encoding']?.trim().toLowerCase();
  const compression = encoding === undefined || encoding === 'identity' ? null : encoding;
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
    // A receiver may send anything; what is not UTF-8 is shown with replacement characters.
    responseBody: row.responseBody?.toString(compression === null ? 'utf8' : 'base64') ?? null,
    responseCompression: compression,
    responseEnd: row.responseEnd,
    errorCode: row.errorCode,
    errorMessage: row.errorMessage,
    nextAttemptAt: iso(row.nextAttemptAt),
  };
}
