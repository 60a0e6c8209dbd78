import { WebhookVerificationError } from './errors.ts';

/**
 * The headers of a request: a fetch `Headers`, Node's `req.headers` or, best, `req.headersDistinct`, because only that
 * distinguishes a repeated header from a header with a comma. The case of names does not matter.
 */
export type ReceivedHeaders =
  | { get(name: string): string | null }
  | { readonly [name: string]: string | readonly string[] | undefined };

/**
 * The one value of a header.
 * @param name lower-case
 * @throws {WebhookVerificationError} the header is missing, empty or repeated
 */
export function requireSingleHeader(headers: ReceivedHeaders, name: string): string {
  const values = valuesOf(headers, name);
  const [value] = values;
  if (values.length > 1) {
    throw new WebhookVerificationError(
      'duplicate_header',
      `The header ${name} occurs ${values.length} times; it must occur once.`,
      name,
    );
  }
  if (value === undefined || value === '') {
    throw new WebhookVerificationError('missing_header', `The header ${name} is missing or empty.`, name);
  }
  // Servers join repeated headers with a comma and a space, which no valid value of these headers contains.
  if (value.includes(', ')) {
    throw new WebhookVerificationError(
      'duplicate_header',
      `The header ${name} holds more than one value.`,
      name,
    );
  }
  return value;
}

function valuesOf(headers: ReceivedHeaders, name: string): readonly string[] {
  if (isFetchHeaders(headers)) {
    const value = headers.get(name);
    return value === null ? [] : [value];
  }
  const values: string[] = [];
  for (const [key, value] of Object.entries(headers)) {
    if (value === undefined || key.toLowerCase() !== name) continue;
    if (typeof value === 'string') values.push(value);
    else values.push(...value);
  }
  return values;
}

function isFetchHeaders(headers: ReceivedHeaders): headers is { get(name: string): string | null } {
  return typeof headers['get'] === 'function';
}
