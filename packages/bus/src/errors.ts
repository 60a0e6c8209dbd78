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
