/**
 * The value of the header Authorization with the id and the secret of a client. RFC 6749, 2.3.1: both are encoded as in a
 * form. oauth4webapi encodes `-`, `.`, `_` and `~` too; token endpoints that do not decode them refuse such a secret, so
 * these stay as they are.
 */
export function basicCredentials(clientId: string, clientSecret: string): string {
  const credentials = `${encodeForForm(clientId)}:${encodeForForm(clientSecret)}`;
  return `Basic ${Buffer.from(credentials).toString('base64')}`;
}

const encodeForForm = (text: string) =>
  encodeURIComponent(text)
    .replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+');
