import { ConnectionFailed, isHooklineError, Timeout } from '@hookline/client';
import { CliError } from '../cli-error.ts';
import type { Account } from '../config/choose-account.ts';
import { EXIT } from '../exit-codes.ts';
import { safeLine } from '../terminal/safe-text.ts';

/** Says what a failed call means for the person at the terminal. Errors of other kinds are returned as they are. */
export function toCliError(error: unknown, { url, keyFrom }: Pick<Account, 'url' | 'keyFrom'>): unknown {
  if (error instanceof ConnectionFailed || error instanceof Timeout) {
    const reason = error instanceof Timeout ? error.message : reasonOf(error.cause);
    return new CliError(EXIT.unreachable, `${url} cannot be reached: ${reason}`, {
      hint: 'Check the address with "hookline doctor".',
      cause: error,
    });
  }
  // An argument that no request can be made of, such as an id that is `..`.
  if (error instanceof TypeError) return new CliError(EXIT.usage, safeLine(error.message), { cause: error });
  if (!isHooklineError(error)) return error;
  const message = safeLine(error.message);
  if (error.status === 401) {
    return new CliError(EXIT.notAuthenticated, `${url} does not accept the key of ${keyFrom}: ${message}`, {
      hint: 'Sign in again with "hookline login", or look at the credentials with "hookline doctor".',
      cause: error,
    });
  }
  const fields = error.issues.map(({ path, message: what }) => `  ${safeLine(path)}: ${safeLine(what)}`);
  const id = error.requestId === undefined ? '' : ` (request ${safeLine(error.requestId)})`;
  return new CliError(EXIT.error, [`${message} [${error.code}]${id}`, ...fields].join('\n'), {
    ...(error.status === 403 ? { hint: `The key is that of ${keyFrom}.` } : {}),
    cause: error,
  });
}

/** The innermost reason of a failed connection, such as `connect ECONNREFUSED 127.0.0.1:3000`. */
export function reasonOf(error: unknown): string {
  let reason = error;
  for (let depth = 0; depth < 5 && reason instanceof Error; depth++) {
    if (reason instanceof AggregateError && reason.errors.length > 0) reason = reason.errors[0];
    else if (reason.cause === undefined) break;
    else reason = reason.cause;
  }
  return safeLine(reason instanceof Error ? reason.message || reason.name : String(reason));
}
