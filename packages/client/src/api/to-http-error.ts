import { HooklineError, type HooklineErrorCode, RateLimited, Unauthenticated } from '../errors.ts';
import { parseRetryAfterMs } from './retry-delay.ts';

/** Reads an answer with an error status: an error of the gateway, or the page of a proxy (`unknown`). */
export async function toHttpError(response: Response): Promise<HooklineError> {
  const { status } = response;
  const body = parse(await response.text());
  const ErrorClass = status === 429 ? RateLimited : status === 401 ? Unauthenticated : HooklineError;
  return new ErrorClass(body.code ?? 'unknown', body.error ?? `The server answered with status ${status}`, {
    status,
    details: body.details,
    issues: body.code === 'invalid_request' && Array.isArray(body.details) ? body.details : [],
    requestId: body.requestId,
    retryAfterMs: parseRetryAfterMs(response.headers.get('retry-after'), Date.now()),
  });
}

interface ErrorBody {
  error?: string;
  code?: HooklineErrorCode;
  details?: unknown;
  requestId?: string;
}

function parse(text: string): ErrorBody {
  try {
    const body = JSON.parse(text) as ErrorBody | null;
    if (typeof body?.error === 'string' && typeof body.code === 'string') return body;
  } catch {
    // A proxy answered with a page of its own.
  }
  return {};
}
