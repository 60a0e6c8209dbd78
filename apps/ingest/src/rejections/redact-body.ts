/** Names of members and fields whose values are not kept. */
const SECRET_NAME = '[\\w.-]*(?:secret|token|passw|authorization|api_?key|private_?key|credential)[\\w.-]*';
/** `"token": "value"`, also where the value is cut off. The name and what follows it stay. */
const JSON_MEMBER = new RegExp(`("${SECRET_NAME}"\\s*:\\s*)"(?:[^"\\\\]|\\\\.)*(?:"|\\\\?$)`, 'gi');
/** `token=value` of a form. */
const FORM_FIELD = new RegExp(`((?:^|&)${SECRET_NAME}=)[^&\\s]*`, 'gi');

/**
 * The beginning of a refused request's body without what looks like a secret in it: anyone may have sent it, and it is
 * kept for weeks.
 * @param start read as UTF-8; a character that was cut in two becomes U+FFFD
 */
export function redactBody(start: Buffer): Buffer {
  const text = start.toString('utf8');
  const redacted = text.replace(JSON_MEMBER, '$1"…"').replace(FORM_FIELD, '$1…');
  // What has nothing to hide stays as it came, byte for byte.
  return redacted === text ? Buffer.from(start) : Buffer.from(redacted);
}
