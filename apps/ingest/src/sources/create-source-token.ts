import { randomInt } from 'node:crypto';

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** 24 characters of base 62 are 142 bits. */
const TOKEN_LENGTH = 24;

/** The unguessable part of a source's address. A sender still needs the secret. */
export function createSourceToken(): string {
  return Array.from({ length: TOKEN_LENGTH }, () => BASE62[randomInt(BASE62.length)]).join('');
}
