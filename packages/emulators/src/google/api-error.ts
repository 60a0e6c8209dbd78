import { Answer } from '../core/answer.ts';

const STATUS_NAMES: Readonly<Record<number, string>> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  429: 'RESOURCE_EXHAUSTED',
  500: 'INTERNAL',
};

/** An error as Google's APIs word it. */
export function googleError(
  code: number,
  message: string,
  reason: string,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  const domain = reason === 'quotaExceeded' ? 'youtube.quota' : 'global';
  return new Answer(
    code,
    { error: { code, message, errors: [{ message, domain, reason }], status: STATUS_NAMES[code] } },
    headers,
  );
}
