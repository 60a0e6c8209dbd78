import { type RowOf, rowSet } from '@hookline/db';
import type { AttemptRecord } from '../delivery/outcome.ts';

/** Columns of `attempts` that tell what an attempt found. Each is NULL in the row of a delivery without an attempt. */
export const ATTEMPT_COLUMNS = rowSet({
  started_at: 'timestamptz?',
  duration_ms: 'real?',
  first_byte_ms: 'real?',
  dns_ms: 'real?',
  connect_ms: 'real?',
  tls_ms: 'real?',
  http_version: 'text?',
  connection_reused: 'boolean?',
  outcome: 'text?',
  response_code: 'integer?',
  response_headers: 'jsonb?',
  response_end: 'text?',
});

/** The same, with the body of the response: as hexadecimal text it would be half as long again. */
export const SENT_ATTEMPT_COLUMNS = rowSet({ ...ATTEMPT_COLUMNS.types, response_body_base64: 'text?' });

export function attemptColumns(attempt: AttemptRecord | undefined): RowOf<typeof SENT_ATTEMPT_COLUMNS> {
  return {
    started_at: attempt && new Date(attempt.startedAtMs).toISOString(),
    duration_ms: roundToHundredth(attempt?.durationMs),
    first_byte_ms: roundToHundredth(attempt?.firstByteMs),
    dns_ms: roundToHundredth(attempt?.connection?.dnsMs),
    connect_ms: roundToHundredth(attempt?.connection?.connectMs),
    tls_ms: roundToHundredth(attempt?.connection?.tlsMs),
    http_version: attempt?.connection?.httpVersion,
    connection_reused: attempt?.connection?.isReused,
    outcome: attempt?.outcome,
    response_code: attempt?.responseCode,
    response_headers: attempt?.responseHeaders && JSON.stringify(attempt.responseHeaders),
    response_end: attempt?.responseEnd,
    response_body_base64: attempt?.responseBody?.toString('base64'),
  };
}

const roundToHundredth = (ms: number | undefined) =>
  ms === undefined ? undefined : Math.round(ms * 100) / 100;
