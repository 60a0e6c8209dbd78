import { type Rejection, reject } from '../rejection.ts';
import type { InboundRequest } from './inbound-request.ts';

/** The value of a header that must occur exactly once. Present but empty is missing. */
export function readSingleHeader(
  request: InboundRequest,
  header: string,
  codeIfMissing: 'missing_signature' | 'missing_timestamp' | 'missing_header',
): string | Rejection {
  const [value, ...others] = request.headers[header] ?? [];
  if (others.length > 0) {
    return reject(
      'duplicate_header',
      `The header ${header} occurs ${others.length + 1} times; it must occur once.`,
      { header },
    );
  }
  return value === undefined || value === ''
    ? reject(codeIfMissing, `The header ${header} is missing or empty.`, { header })
    : value;
}
