import type { AttemptRecord } from '../delivery/outcome.ts';

/** What an attempt found, as columns of `attempts`; of one that failed there are more. */
export function attemptColumns(attempt: AttemptRecord | undefined) {
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
    response_body: attempt?.responseBody?.toString('base64'),
    response_end: attempt?.responseEnd,
  };
}

const roundToHundredth = (ms: number | undefined) =>
  ms === undefined ? undefined : Math.round(ms * 100) / 100;
