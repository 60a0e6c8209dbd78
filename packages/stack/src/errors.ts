export type StackErrorCode =
  | 'aborted'
  | 'configuration_invalid'
  | 'home_in_use'
  | 'home_unusable'
  | 'migration_failed'
  | 'nats_failed'
  | 'nats_missing'
  | 'port_taken'
  | 'postgres_failed'
  | 'postgres_missing'
  | 'postgres_running'
  | 'process_failed';

/** A problem whose message explains the cause and the remedy, so that no stack trace is needed. */
export class StackError extends Error {
  override readonly name = 'StackError';
  readonly code: StackErrorCode;

  constructor(code: StackErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
