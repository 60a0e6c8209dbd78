import type { Attempt } from '@hookline/contracts';
import type { AttemptRow } from '../../sql/delivery-row.ts';
import { showBody } from './show-body.ts';

/** The largest response body that is stored. */
const MAX_BODY_BYTES = 16_384;

export async function presentAttempt(row: AttemptRow): Promise<Attempt> {
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
    nextAttemptAt: row.nextAttemptAt?.toISOString() ?? null,
  };
}
