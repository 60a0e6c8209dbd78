import { randomBytes, randomInt } from 'node:crypto';

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** A random secret in the form of another one: a number, hex, base64 or text, behind the same prefix. */
export function likeSecret(example: string): string {
  const prefix = /^(v1,)?[a-z]+_/.exec(example)?.[0] ?? '';
  const rest = example.slice(prefix.length);
  // A number, such as the id of a subscription.
  if (/^[1-9]\d{0,11}$/.test(rest)) return prefix + randomInt(10 ** (rest.length - 1), 10 ** rest.length);
  if (/^[0-9a-f]+$/.test(rest) && rest.length % 2 === 0)
    return prefix + randomBytes(rest.length / 2).toString('hex');
  if (/^[A-Za-z0-9+/]+={0,2}$/.test(rest) && rest.length % 4 === 0 && rest.length >= 16)
    return prefix + randomBytes(Buffer.from(rest, 'base64').length).toString('base64');
  // `user:password` and texts of several words keep their form.
  return (
    prefix + Array.from(rest, (character) => (/[A-Za-z0-9]/.test(character) ? draw() : character)).join('')
  );
}

const draw = () => LETTERS.charAt(randomInt(LETTERS.length));
