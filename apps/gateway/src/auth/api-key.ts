import { createHash, randomInt } from 'node:crypto';

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** 40 characters are 238 bits, so a fast hash of the key is as safe as a slow one. */
const RANDOM_CHARACTERS = 40;
const API_KEY = /^hl_[0-9A-Za-z]{32,128}$/;

/** `hl_` and 40 random characters. */
export function makeApiKey(): string {
  let key = 'hl_';
  for (let index = 0; index < RANDOM_CHARACTERS; index++) key += BASE62.charAt(randomInt(BASE62.length));
  return key;
}

/** Whether a text has the form of an API key. Other texts need no look-up. */
export function isApiKey(text: string): boolean {
  return API_KEY.test(text);
}

/** SHA-256, the only form in which a key is stored. */
export function hashApiKey(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}

/** The part of the key that is shown, so that a person can recognize it. */
export function apiKeyPrefix(key: string): string {
  return key.slice(0, 9);
}
