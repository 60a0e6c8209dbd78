/** Codes of errors that this package throws; match `code`. */
export type DatabaseErrorCode =
  | 'unsafe_role'
  | 'unprotected_table'
  | 'migrations_missing'
  | 'migrations_changed'
  | 'postgres_too_old'
  | 'missing_rights'
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
 * True for errors after which a retry can succeed: Postgres restarts, is starting, or has no free connection, or there
 * was a deadlock or serialisation failure. Any other error is a defect and must be reported.
 */
export function isTransientDatabaseError(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  // drizzle wraps the errors of pg.
  if (error.cause instanceof Error) return isTransientDatabaseError(error.cause);
  const code = (error as { code?: unknown }).code;
  if (typeof code === 'string') {
    if (LASTING_CODES.has(code)) return false;
    return TRANSIENT_CODES.has(code) || TRANSIENT_CLASSES.some((prefix) => code.startsWith(prefix));
  }
  if (isUnanswered(error)) return true;
  return /Connection terminated|timeout exceeded when trying to connect|timeout expired|Client has encountered a connection error/.test(
    error.message,
  );
}

/**
 * True if Postgres refuses the data of a statement: classes 22 (data exception), 23 (a violated constraint) and 54 (a
 * limit, such as the size of an index entry). Any other error, such as a missing privilege, says nothing about the
 * data.
 */
export function isDataRefusal(error: unknown): boolean {
  // drizzle wraps the errors of pg.
  if (error instanceof Error && error.cause instanceof Error) return isDataRefusal(error.cause);
  const code = String((error as { code?: unknown } | undefined)?.code ?? '');
  return /^(22|23|54)[0-9A-Z]{3}$/.test(code);
}

/** True if a statement was refused because of a unique index. */
export function violatesUnique(error: unknown, index: string): boolean {
  if (!(error instanceof Error)) return false;
  const { code, constraint } = error as { code?: unknown; constraint?: unknown };
  return (code === '23505' && constraint === index) || violatesUnique(error.cause, index);
}

/** True if Postgres cancelled the statement, because it took longer than it may. */
export function isStatementTimeout(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return (error as { code?: unknown }).code === '57014' || isStatementTimeout(error.cause);
}

/** True if no answer came in time: nobody knows whether the statement was run, and its connection must be closed. */
export function isUnanswered(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return error.message === 'Query read timeout' || isUnanswered(error.cause);
}

const TRANSIENT_CLASSES = [
  '08', // connection exceptions
  '53', // insufficient resources
  '57P', // shutdown, crash, starting
];

const LASTING_CODES = new Set([
  '08P01', // protocol_violation: a statement with NUL in its text
]);

const TRANSIENT_CODES = new Set([
  '25006', // read_only_sql_transaction: a primary that has become a standby
  '25P03', // idle_in_transaction_session_timeout: this process was stopped for a while
  '25P04', // transaction_timeout
  '40001', // serialization_failure
  '40P01', // deadlock_detected
  '55P03', // lock_not_available
  '57014', // query_canceled (statement timeout)
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
]);
