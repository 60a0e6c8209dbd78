import { ApiError } from '@hookline/contracts';

const RESERVED =
  /^(host|content-length|content-type|transfer-encoding|connection|keep-alive|te|trailer|upgrade|expect|cookie|user-agent|proxy-.*|webhook-.*|x-webhook-.*|x-hookline-.*)$/i;
const SENSITIVE = /^(authorization|proxy-authorization|cookie|x-api-key|api-key)$|token|secret|password/i;
/** RFC 9110's token; a Record in a schema lets names through that do not match its pattern. */
const NAME = /^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$/;
export const REDACTED = '[redacted]';

/** What looks like a secret is never shown. */
export function redactHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, SENSITIVE.test(name) ? REDACTED : value]),
  );
}

/** Why a header cannot be a tenant's to set; undefined when it can. */
export function refuseHeader(name: string, value: string): string | undefined {
  if (!NAME.test(name)) return `${JSON.stringify(name)} is no name of a header`;
  if (RESERVED.test(name)) return `${name} is set by Hookline or by HTTP itself`;
  if (!/^[\t\x20-\x7e\x80-\xff]*$/.test(value))
    return `the value of ${name} has characters that a header cannot carry`;
  return undefined;
}

/**
 * The headers that a request asks for. A value that is sent back as it was shown, redacted, keeps what is there.
 * @throws ApiError `invalid_request` for headers that are ours to set, or that no HTTP request can carry
 */
export function readHeaders(
  given: Readonly<Record<string, string>>,
  current: Readonly<Record<string, string>>,
): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(given)) {
    const refusal = refuseHeader(name, value);
    if (refusal !== undefined) throw new ApiError('invalid_request', { message: `body/headers: ${refusal}` });
    headers[name] = value === REDACTED && SENSITIVE.test(name) ? (current[name] ?? value) : value;
  }
  return headers;
}
