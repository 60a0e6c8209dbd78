import { namesSecret } from '@hookline/contracts';

/** `"name": "value"`, also if the value is cut off. */
const JSON_MEMBER = /("([\w.-]*)"\s*:\s*)"(?:[^"\\]|\\[\s\S])*["\\]?/g;
/** `name=value` of a form. */
const FORM_FIELD = /((?:^|&)([\w.-]*)=)[^&\s]*/g;

/**
 * The beginning of a refused request's body without text that looks like a secret: anyone may have sent it, and it is
 * stored for weeks.
 * @param start read as UTF-8; a character that was cut in two becomes U+FFFD
 */
export function redactBody(start: Buffer): Buffer {
  const text = start.toString('utf8');
  const redacted = text
    .replace(JSON_MEMBER, (member, start: string, name: string) =>
      namesSecret(name) ? `${start}"…"` : member,
    )
    .replace(FORM_FIELD, (field, start: string, name: string) => (namesSecret(name) ? `${start}…` : field));
  // A body without secrets stays unchanged, byte for byte.
  return redacted === text ? Buffer.from(start) : Buffer.from(redacted);
}
