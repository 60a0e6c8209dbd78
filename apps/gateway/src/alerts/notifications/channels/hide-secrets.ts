import { type OpenChannel, REDACTED } from '../../rules/alert-channels.ts';

/**
 * Takes the secrets of a channel out of a foreign text.
 * @param maxLength how much of the text, before its secrets are replaced, is kept
 */
export type HideSecrets = (text: string, maxLength?: number) => string;

/** What is shorter is no secret, and would make texts unreadable. */
const MIN_SECRET_LENGTH = 4;

/**
 * @param url the address with its placeholders filled
 */
export function createHideSecrets(channel: OpenChannel, url?: string): HideSecrets {
  const secrets = [...new Set(secretsOf(channel, url))]
    .filter(({ length }) => length >= MIN_SECRET_LENGTH)
    .sort((a, b) => b.length - a.length);
  if (secrets.length === 0) return (text, maxLength) => text.slice(0, maxLength);
  const forms = secrets.map(formsOf);

  return (text, maxLength = text.length) => {
    const lower = toLowerAscii(text);
    let hidden = '';
    let end = 0;
    for (let at = 0; at < Math.min(maxLength, text.length); ) {
      const found = endOfSecret(lower, at, forms);
      if (found === undefined) at++;
      else {
        hidden += text.slice(end, at) + REDACTED;
        end = found;
        at = found;
      }
    }
    // A secret that begins before the limit is replaced as a whole: no part of it remains.
    return hidden + text.slice(end, Math.max(end, maxLength));
  };
}

/** Where the first of the secrets that stands at this place of the text ends. */
function endOfSecret(
  lower: string,
  at: number,
  secrets: readonly (readonly string[][])[],
): number | undefined {
  for (const secret of secrets) {
    let ends = new Set([at]);
    for (const forms of secret) {
      const next = new Set<number>();
      for (const end of ends)
        for (const form of forms) if (lower.startsWith(form, end)) next.add(end + form.length);
      ends = next;
      if (ends.size === 0) break;
    }
    if (ends.size > 0) return Math.max(...ends);
  }
  return undefined;
}

function* secretsOf(channel: OpenChannel, filledUrl: string | undefined): Generator<string> {
  if (channel.type === 'event' || channel.type === 'email') return;
  yield* secretsOfUrl(channel.url);
  if (filledUrl !== undefined) yield* secretsOfUrl(filledUrl);
  if (channel.type === 'webhook') yield channel.secret;
  if (channel.type !== 'webhook' && channel.type !== 'http') return;
  for (const [name, value] of Object.entries(channel.headers)) {
    if (name.toLowerCase() !== 'content-type') yield* secretsOfHeader(value);
  }
}

function* secretsOfUrl(href: string): Generator<string> {
  if (!URL.canParse(href)) {
    yield href;
    return;
  }
  const { pathname, search } = new URL(href);
  yield* bothForms(pathname + search);
  const parts = `${pathname.slice(1)}${search}`.split(/[/?&]/);
  for (const part of parts) {
    const value = part.slice(part.indexOf('=') + 1);
    yield* bothForms(part);
    yield* bothForms(value);
  }
}

/** As written, and without percent-encoding. */
function* bothForms(text: string): Generator<string> {
  yield text;
  try {
    yield decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    // It has no other form.
  }
}

/** The value, what follows its scheme, and the password of HTTP's basic authentication. */
function* secretsOfHeader(value: string): Generator<string> {
  yield value;
  const [scheme = '', ...others] = value.trim().split(/\s+/);
  for (const part of others) {
    yield part;
    if (scheme.toLowerCase() !== 'basic') continue;
    const pair = Buffer.from(part, 'base64').toString('utf8');
    yield pair;
    yield pair.slice(pair.indexOf(':') + 1);
  }
}

/** Each character as itself, percent-encoded, or as JSON and HTML escape it. */
const formsOf = (secret: string): string[][] =>
  Array.from(toLowerAscii(secret.toWellFormed()), (character) => {
    const encoded = Array.from(
      Buffer.from(character),
      (byte) => `%${byte.toString(16).padStart(2, '0')}`,
    ).join('');
    // The percent-encoding of the upper-case letter.
    const upper = /^[a-z]$/.test(character)
      ? [`%${Buffer.from(character.toUpperCase()).toString('hex')}`]
      : [];
    if (/^[a-z0-9]$/.test(character)) return [character, encoded, ...upper];
    const forms = [character, `\\${character}`, encoded];
    if (character === ' ') forms.push('+');
    if (character === '&') forms.push('&amp;');
    return forms;
  });

/** Keeps the length of the text, which the lower case of other letters may change. */
const toLowerAscii = (text: string): string => text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
