import { type Rejection, reject } from '../rejection.ts';

const MAX_FIELDS = 1000;

/**
 * The fields of an `application/x-www-form-urlencoded` body. Stricter than URLSearchParams, which replaces what it
 * cannot decode: here invalid escapes, text that is not UTF-8 and a name that occurs twice are refused, because the
 * fields become an event that must say what the sender said.
 */
export function parseForm(
  bytes: Buffer,
): { readonly ok: true; readonly fields: ReadonlyMap<string, string> } | Rejection {
  const fields = new Map<string, string>();
  const parts = bytes.toString('latin1').split('&', MAX_FIELDS + 1);
  if (parts.length > MAX_FIELDS)
    return reject('malformed_body', `The form has more than ${MAX_FIELDS} fields.`);
  for (const part of parts) {
    if (part === '') continue;
    const equals = part.indexOf('=');
    const name = decodeField(equals === -1 ? part : part.slice(0, equals));
    const value = decodeField(equals === -1 ? '' : part.slice(equals + 1));
    if (name === undefined || value === undefined) {
      return reject('malformed_body', 'The form is not valid URL-encoded UTF-8.');
    }
    if (fields.has(name)) return reject('malformed_body', 'The form has two fields of one name.');
    fields.set(name, value);
  }
  return { ok: true, fields };
}

/** The JSON text in the field `payload`, which GitHub and Slack send as a form, in UTF-8. */
export function parsePayloadForm(bytes: Buffer): { readonly ok: true; readonly payload: Buffer } | Rejection {
  const form = parseForm(bytes);
  if (!form.ok) return form;
  const payload = form.fields.get('payload');
  return payload === undefined ? missingPayload() : { ok: true, payload: Buffer.from(payload, 'utf8') };
}

export function missingPayload(): Rejection {
  return reject('missing_form_payload', 'The body is a form without the field "payload".');
}

/** Undefined if it cannot be decoded. Bytes outside ASCII must be escaped in a form, so they end up here too. */
function decodeField(text: string): string | undefined {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a form in ASCII is what is tested for.
  if (!/^[\x00-\x7f]*$/.test(text)) return undefined;
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}
