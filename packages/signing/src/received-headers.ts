import { WebhookVerificationError } from './errors.ts';

/**
 * Headers in any of the shapes that servers give them: a fetch `Headers`, Node's `req.headers` or, best,
 * `req.headersDistinct`, which alone tells a repeated header from one with a comma. Names in any case.
 */
export type ReceivedHeaders =
  | { get(name: string): string | null }
  | { readonly [name: string]: string | readonly string[] | undefined };

/**
 * The one value of a header.
 * @param name lower-case
 * @throws {WebhookVerificationError} it is missing, empty, or there is more than one
 */
export function requireSingleHeader(headers: ReceivedHeaders, name: string): string {
  const values = valuesOf(headers, name);
  const [value] = values;
  if (values.length > 1) {
    throw new WebhookVerificationError(
      'duplicate_header',
      `The header ${name} occurs ${values.length} times; it may occur once.`,
      name,
    );
  }
  if (value === undefined || value === '') {
    throw new WebhookVerificationError('missing_header', `The header ${name} is missing or empty.`, name);
  }
  // Servers that join repeated headers do it with a comma and a space, which no value of ours contains.
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
