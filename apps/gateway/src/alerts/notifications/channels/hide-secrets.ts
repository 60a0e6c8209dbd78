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
  const pattern = new RegExp(secrets.map(patternOf).join('|'), 'gi');

  return (text, maxLength = text.length) => {
    let hidden = '';
    let end = 0;
    for (const { 0: found, index } of text.matchAll(pattern)) {
      if (index >= maxLength) break;
      hidden += text.slice(end, index) + REDACTED;
      end = index + found.length;
    }
    // A secret that begins before the limit is replaced as a whole: no part of it remains.
    return hidden + text.slice(end, Math.max(end, maxLength));
  };
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
const patternOf = (secret: string): string => Array.from(secret.toWellFormed(), characterPattern).join('');

function characterPattern(character: string): string {
  const bytes = Buffer.from(character);
  const encoded = Array.from(bytes, (byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
  if (/^[A-Za-z0-9]$/.test(character)) return `(?:${character}|${encoded})`;
  const plain = character.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  const forms = [`\\\\?${plain}`, encoded];
  if (character === ' ') forms.push('\\+');
  if (character === '&') forms.push('&amp;');
  return `(?:${forms.join('|')})`;
}
