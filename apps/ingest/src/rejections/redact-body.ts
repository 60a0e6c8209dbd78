/** Names of members and fields whose values are not kept. */
const SECRET_NAME = /secret|token|passw|authorization|api_?key|private_?key|credential/i;
/** `"name": "value"`, also where the value is cut off. */
const JSON_MEMBER = /("([\w.-]*)"\s*:\s*)"(?:[^"\\]|\\[\s\S])*["\\]?/g;
/** `name=value` of a form. */
const FORM_FIELD = /((?:^|&)([\w.-]*)=)[^&\s]*/g;

/**
 * The beginning of a refused request's body without what looks like a secret in it: anyone may have sent it, and it is
 * kept for weeks.
 * @param start read as UTF-8; a character that was cut in two becomes U+FFFD
 */
export function redactBody(start: Buffer): Buffer {
  const text = start.toString('utf8');
  const redacted = text
    .replace(JSON_MEMBER, (member, start: string, name: string) =>
      SECRET_NAME.test(name) ? `${start}"…"` : member,
    )
    .replace(FORM_FIELD, (field, start: string, name: string) =>
      SECRET_NAME.test(name) ? `${start}…` : field,
    );
  // What has nothing to hide stays as it came, byte for byte.
  return redacted === text ? Buffer.from(start) : Buffer.from(redacted);
}
