import { isHooklineError } from '@hookline/client';

/** What went wrong and what to do, for a person. */
export interface ErrorWords {
  title: string;
  /** What to do. */
  advice: string;
  /** Finds the call in Hookline's logs. */
  requestId: string | undefined;
}

const ADVICE: Readonly<Record<string, string>> = {
  forbidden: 'Your role does not allow it. Ask an operator, or sign in with another key.',
  scope_missing: 'Your key lacks the scope that is named above. Ask an operator for a key with it.',
  not_found: 'It was deleted, or it belongs to another tenant. Check the address.',
  conflict: 'It has changed since this page was loaded. Look at it again, then decide.',
  connection_failed:
    'The gateway does not answer. Check that it is running and that you are online, then try again.',
  timeout: 'The gateway took too long. What you asked for may have been done: look before you try again.',
  rate_limited: 'Too many calls in a short time. Wait a moment, then try again.',
  unavailable:
    'A part of Hookline is starting or out of reach. Try again in a moment; /readyz says which part.',
  unknown: 'A proxy answered in place of the gateway. Check the address and the proxy.',
};

/** The words of the gateway, which name the field or the reason, with what to do about it. */
export function describeError(error: unknown): ErrorWords {
  if (!isHooklineError(error))
    return {
      title: 'The dashboard has a fault',
      advice: `Reload the page. If it happens again, report this: ${error instanceof Error ? error.message : String(error)}`,
      requestId: undefined,
    };
  const fields = error.issues.map(
    ({ path, message }) => `${path.replace(/^(body|querystring|params)\//, '')} ${message}`,
  );
  return {
    title: fields.length > 0 ? fields.join('; ') : error.message,
    advice: ADVICE[error.code] ?? 'See the error codes in the API reference for the cause and the remedy.',
    requestId: error.requestId,
  };
}
