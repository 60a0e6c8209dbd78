/** Codes of errors that this package throws; match `code`. */
export type DatabaseErrorCode =
  | 'unsafe_role'
  | 'unprotected_table'
  | 'migrations_missing'
  | 'postgres_too_old'
  | 'not_committed'
  | 'unseal_failed';

export class DatabaseError extends Error {
  override readonly name = 'DatabaseError';
  readonly code: DatabaseErrorCode;

  constructor(code: DatabaseErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/**
 * True for errors that go away by themselves: Postgres restarts, is starting, has no connection free, or a
 * deadlock or serialisation failure that a repeat resolves. Everything else is a defect and must be seen.
 */
export function isTransientDatabaseError(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  // drizzle wraps what pg throws.
  if (error.cause instanceof Error) return isTransientDatabaseError(error.cause);
  const code = (error as { code?: unknown }).code;
  if (typeof code === 'string') {
    return (
      code.startsWith('08') || code.startsWith('57P') || code.startsWith('53') || TRANSIENT_CODES.has(code)
    );
  }
  return /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error/.test(
    error.message,
  );
}

const TRANSIENT_CODES = new Set([
  '40001', // serialization_failure
  '40P01', // deadlock_detected
  '55P03', // lock_not_available
  '57014', // query_canceled (statement timeout)
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
]);
