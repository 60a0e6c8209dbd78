import type { Place } from './place.ts';
import { type SchemeDefinition, SchemeDefinitionError } from './scheme-definition.ts';

/** Placeholders without a parameter. */
const WORDS = [
  'body',
  /** The body, or the first item of a body that is a list. */
  'bodyOrFirstItem',
  /** Hexadecimal. */
  'bodySha256',
  /** The 32 bytes themselves. */
  'bodySha256Bytes',
  /** Every character outside ASCII spelled `\uXXXX`, as Box signs it. */
  'escapedBody',
  /** The received text, whatever its unit. */
  'timestamp',
  'method',
  /** The called address, or the source's option `url`. */
  'url',
  /** The address up to the question mark. */
  'urlWithoutQuery',
  /** The address without the escapes that HubSpot decodes. */
  'decodedUrl',
  'path',
  /** The path of the address with its query, as received. */
  'pathWithQuery',
  /** The names and values of a form, sorted by name, one after the other. */
  'sortedForm',
  /** Only for digests without a key. */
  'secret',
] as const;

/** A piece of the signed message. */
export type MessagePart =
  | { readonly kind: 'literal'; readonly bytes: Buffer }
  | { readonly kind: (typeof WORDS)[number] }
  /** `{header:<name>}`, `{query:<name>}`, `{form:<name>}`, `{json:<pointer>}`. */
  | { readonly kind: 'place'; readonly place: Place }
  /**
   * `{rawJson:<pointer>}`: the value of the body at the pointer, byte for byte; `{phpJson:<pointer>}`: the value in the
   * spelling of PHP, without white space, and with escaped slashes and escaped non-ASCII characters.
   */
  | { readonly kind: 'rawJson' | 'phpJson'; readonly pointer: string }
  /** `{bodyOrForm:<name>}`: the body, or for a form the text of that field, which alone becomes the event. */
  | { readonly kind: 'bodyOrForm'; readonly field: string }
  /** `{option:<name>}`: an option of the source. */
  | { readonly kind: 'option'; readonly name: string };

/**
 * Parses a template such as `v0:{timestamp}:{body}`.
 * @throws {SchemeDefinitionError} for an unknown or unterminated placeholder, for a message that does not cover the
 * body
 *   without `bodyNotCovered`, and for a message that does not match the declared timestamp: an unsigned timestamp
 * protects
 *   against nothing
 */
export function parseMessageTemplate(message: string, scheme: SchemeDefinition): MessagePart[] {
  const parts: MessagePart[] = [];
  let at = 0;
  while (at < message.length) {
    const open = message.indexOf('{', at);
    const literal = message.slice(at, open === -1 ? message.length : open);
    if (literal.includes('}')) throw new SchemeDefinitionError(`"${message}" has a "}" without "{".`);
    if (literal !== '') parts.push({ kind: 'literal', bytes: Buffer.from(literal, 'utf8') });
    if (open === -1) break;
    const close = message.indexOf('}', open);
    if (close === -1) throw new SchemeDefinitionError(`"${message}" has a placeholder without "}".`);
    parts.push(parsePlaceholder(message.slice(open + 1, close), message));
    at = close + 1;
  }
  const { timestamp } = scheme;
  const coversBody = parts.some(({ kind }) => COVERING.has(kind));
  if (coversBody === (scheme.bodyNotCovered ?? false)) {
    throw new SchemeDefinitionError(
      coversBody
        ? `"${message}" covers the body, so bodyNotCovered must not be set.`
        : `"${message}" must cover the body.`,
    );
  }
  const isSigned = parts.some(({ kind }) => kind === 'timestamp');
  const isInBody = timestamp !== undefined && ('json' in timestamp || 'form' in timestamp);
  if (isSigned !== (timestamp !== undefined) && !(isInBody && coversBody)) {
    throw new SchemeDefinitionError(
      `"${message}" must contain {timestamp} if the scheme has a timestamp, and only then.`,
    );
  }
  return parts;
}

const COVERING: ReadonlySet<string> = new Set([
  'body',
  'bodySha256',
  'bodySha256Bytes',
  'escapedBody',
  'bodyOrForm',
]);
const COVERING_QUERY: ReadonlySet<string> = new Set(['url', 'decodedUrl', 'pathWithQuery', 'bodyOrForm']);

/** Whether the message contains the query, which is the data of a GET. */
export function coversQuery(parts: readonly MessagePart[]): boolean {
  return parts.some(({ kind }) => COVERING_QUERY.has(kind));
}

function parsePlaceholder(name: string, message: string): MessagePart {
  const word = WORDS.find((candidate) => candidate === name);
  if (word !== undefined) return { kind: word };
  const header = /^header:([a-z0-9_.-]+)$/.exec(name)?.[1];
  if (header !== undefined) return { kind: 'place', place: { header } };
  const [, kind, value] = /^(query|form|bodyOrForm|option|json|rawJson|phpJson):(.+)$/.exec(name) ?? [];
  if (kind === 'option' && value !== undefined) return { kind, name: value };
  if (kind === 'bodyOrForm' && value !== undefined) return { kind, field: value };
  if (kind === 'query' && value !== undefined) return { kind: 'place', place: { query: value } };
  if (kind === 'form' && value !== undefined) return { kind: 'place', place: { form: value } };
  if (kind === 'json' && value?.startsWith('/')) return { kind: 'place', place: { json: value } };
  if ((kind === 'rawJson' || kind === 'phpJson') && value?.startsWith('/')) return { kind, pointer: value };
  throw new SchemeDefinitionError(`"${message}" has the unknown placeholder "{${name}}".`);
}
