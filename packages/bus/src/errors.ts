import { JetStreamApiError, JetStreamError } from '@nats-io/jetstream';
import { errors } from '@nats-io/nats-core';

/** Codes of errors that this package throws; match `code`. */
export type BusErrorCode =
  | 'not_stored'
  | 'publisher_full'
  | 'too_large'
  | 'server_too_old'
  | 'stream_conflict'
  | 'malformed_event'
  | 'read_incomplete';

export class BusError extends Error {
  override readonly name = 'BusError';
  readonly code: BusErrorCode;

  constructor(code: BusErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

const AWAY = [
  errors.ClosedConnectionError,
  errors.DrainingConnectionError,
  errors.ConnectionError,
  errors.NoRespondersError,
  errors.RequestError,
  errors.TimeoutError,
];

/**
 * True for errors after which a retry can succeed: NATS is unavailable or starting, a stream elects a leader, or an
 * event was not acknowledged in time. Any other error is a defect and must be reported.
 */
export function isTransientBusError(error: unknown): boolean {
  if (error instanceof BusError) {
    return error.code === 'not_stored' || error.code === 'publisher_full' || error.code === 'read_incomplete';
  }
  if (error instanceof JetStreamApiError || error instanceof JetStreamError) {
    const status = (error as { status?: number }).status ?? (error as { code?: number }).code;
    return status === 503 || status === 408;
  }
  return AWAY.some((kind) => error instanceof kind);
}
