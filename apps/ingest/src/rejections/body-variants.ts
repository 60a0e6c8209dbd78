import type { RejectionCause } from '@hookline/contracts';
import { parseJson } from '@hookline/providers';
import { isDeeperThan } from '../is-deeper-than.ts';

/** A body as it may have been before a change in transit. */
export interface BodyVariant {
  body: Buffer;
  cause: Extract<
    RejectionCause,
    | 'body_reserialized'
    | 'body_trailing_newline'
    | 'body_line_endings'
    | 'body_byte_order_mark'
    | 'body_charset'
    | 'body_form_decoded'
    | 'body_missing'
  >;
  /** Describes the body, such as `the body without the line break at its end`. */
  wording: string;
}

const STRING_OR_SEPARATOR = /"[^"\\]*(?:\\[\s\S][^"\\]*)*"?|[,:]/g;
/**
 * Most levels of nesting: more than real payloads have. Indenting a deeply nested text makes it longer by its depth.
 */
const MAX_INDENTED_DEPTH = 20;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/**
 * Reverses usual changes by proxies, frameworks and editors: about twenty bodies at most, none of them the received
 * one.
 */
export function bodyVariants(body: Buffer): BodyVariant[] {
  const seen = new Set([body.toString('latin1')]);
  return [
    ...lineBreaks(body),
    ...byteOrderMarks(body),
    ...spellingsOfJson(body),
    ...forms(body),
    ...charsets(body),
    { body: Buffer.alloc(0), cause: 'body_missing', wording: 'an empty body' } as const,
  ].filter((variant) => {
    const text = variant.body.toString('latin1');
    if (seen.has(text)) return false;
    seen.add(text);
    return true;
  });
}

function lineBreaks(body: Buffer): BodyVariant[] {
  const text = body.toString('latin1');
  const from = (changed: string) => Buffer.from(changed, 'latin1');
  const unix = text.replaceAll('\r\n', '\n');
  return [
    {
      body: body.subarray(0, endOfText(body)),
      cause: 'body_trailing_newline',
      wording: 'the body without the line break at its end',
    },
    {
      body: from(`${text}\n`),
      cause: 'body_trailing_newline',
      wording: 'the body with a line break at its end',
    },
    {
      body: from(`${text}\r\n`),
      cause: 'body_trailing_newline',
      wording: 'the body with a line break (CR LF) at its end',
    },
    { body: from(unix), cause: 'body_line_endings', wording: 'the body with LF for line breaks' },
    {
      body: from(unix.replaceAll('\n', '\r\n')),
      cause: 'body_line_endings',
      wording: 'the body with CR LF for line breaks',
    },
  ];
}

/** Position of the line breaks at the end of a body. */
function endOfText(body: Buffer): number {
  let end = body.length;
  while (end > 0 && (body[end - 1] === LINE_FEED || body[end - 1] === CARRIAGE_RETURN)) end--;
  return end;
}

function byteOrderMarks(body: Buffer): BodyVariant[] {
  const cause = 'body_byte_order_mark';
  return body.subarray(0, 3).equals(BYTE_ORDER_MARK)
    ? [{ body: body.subarray(3), cause, wording: 'the body without the byte order mark' }]
    : [{ body: Buffer.concat([BYTE_ORDER_MARK, body]), cause, wording: 'the body with a byte order mark' }];
}

/**
 * The same JSON in other serializations: one of them was signed if a proxy or framework parsed and re-serialized the
 * body.
 */
function spellingsOfJson(body: Buffer): BodyVariant[] {
  const parsed = parseJson(body);
  if (!parsed.ok) return [];
  const { value } = parsed;
  if (typeof value !== 'object' || value === null) return [];
  const compact = JSON.stringify(value);
  const spaced = spaceAfterSeparators(compact);
  const spellings: [string, string][] = [
    [compact, 'the JSON without spaces'],
    [spaced, 'the JSON with a space after each comma and colon'],
    [escapeBeyondAscii(compact), 'the JSON without spaces, in ASCII'],
    [escapeBeyondAscii(spaced), 'the JSON with a space after each comma and colon, in ASCII'],
    [
      escapeBeyondAscii(compact).replaceAll('/', '\\/'),
      'the JSON without spaces, in ASCII and with slashes escaped',
    ],
  ];
  if (!isDeeperThan(value, MAX_INDENTED_DEPTH)) {
    spellings.push(
      [JSON.stringify(value, null, 2), 'the JSON indented by 2'],
      [JSON.stringify(value, null, 4), 'the JSON indented by 4'],
    );
  }
  return spellings.map(([text, wording]) => ({
    body: Buffer.from(text),
    cause: 'body_reserialized',
    wording,
  }));
}

/** As Python writes it. */
function spaceAfterSeparators(compact: string): string {
  return compact.replace(STRING_OR_SEPARATOR, (token) => (token.startsWith('"') ? token : `${token} `));
}

function escapeBeyondAscii(json: string): string {
  return json.replace(
    /[\u0080-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Converts a form into the value of one of its fields, or the reverse. */
function forms(body: Buffer): BodyVariant[] {
  const text = body.toString('utf8');
  const cause = 'body_form_decoded';
  if (/^\s*[{[]/.test(text)) {
    const fields = new URLSearchParams({ payload: text });
    return [
      {
        body: Buffer.from(fields.toString()),
        cause,
        wording: 'the form whose field `payload` holds the JSON',
      },
    ];
  }
  const payload = new URLSearchParams(text).get('payload');
  if (payload === null) return [];
  return [{ body: Buffer.from(payload), cause, wording: 'the JSON in the form’s field `payload`' }];
}

function charsets(body: Buffer): BodyVariant[] {
  const cause = 'body_charset';
  return [
    { body: Buffer.from(body.toString('utf8'), 'latin1'), cause, wording: 'the body in ISO 8859-1' },
    { body: Buffer.from(body.toString('latin1'), 'utf8'), cause, wording: 'the body in UTF-8' },
  ];
}
