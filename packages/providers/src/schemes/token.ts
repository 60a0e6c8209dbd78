import { createHash, timingSafeEqual } from 'node:crypto';
import { parsePointer, scalarsAt } from '@hookline/json';
import type { VerificationInput, VerificationResult, VerificationScheme } from '../provider/verification.ts';
import { type Rejection, reject } from '../rejection.ts';
import { parseJson } from '../request/json/parse-json.ts';
import { decodeStrictBase64 } from './decode-signature.ts';
import { bytesOf, describePlace, headerDetail, type Place, readValues } from './place.ts';
import { usableSecrets } from './usable-secrets.ts';

/** The secret itself comes with every request, and nothing is signed. */
export interface TokenScheme {
  /**
   * Where it stands; with `*` in a JSON pointer every item must have it. Or how it stands in the header
   * `Authorization`: behind `Bearer`, or as `<user>:<password>` in base64 behind `Basic`.
   */
  readonly token: Place | { readonly authorization: 'bearer' | 'basic' };
}

const AUTHORIZATION: Place = { header: 'authorization' };
const MAX_ITEMS = 10_000;

export function compileTokenScheme({ token }: TokenScheme): VerificationScheme {
  const kind = 'authorization' in token ? token.authorization : undefined;
  const place = 'authorization' in token ? AUTHORIZATION : token;

  /** What must all be the secret, at least one. */
  function readTokens({ request }: VerificationInput): readonly Buffer[] | Rejection {
    if ('json' in place && place.json.includes('*')) return readItems(request.rawBody, place.json);
    const text = readValues(request).read(place, 'missing_signature');
    if (typeof text !== 'string') return text;
    if (kind === undefined) return [bytesOf(place, text)];
    const [, word = '', value = ''] = /^(Basic|Bearer) +(\S+)$/i.exec(text) ?? [];
    const bytes = kind === 'basic' ? decodeStrictBase64(value) : bytesOf(place, value);
    return word.toLowerCase() === kind && bytes !== undefined
      ? [bytes]
      : reject(
          'malformed_signature',
          `The header authorization is not "${kind === 'basic' ? 'Basic' : 'Bearer'}" and what belongs to it.`,
          headerDetail(place),
        );
  }

  return {
    verify(input): VerificationResult {
      const secrets = usableSecrets(input);
      if (secrets.length === 0) {
        return reject('no_secret', 'No secret is configured, so nothing can be verified.');
      }
      const tokens = readTokens(input);
      if ('ok' in tokens) return tokens;
      let matchedIndex = -1;
      for (const { secret, secretIndex } of secrets) {
        const expected = Buffer.from(secret, 'utf8');
        let matches = true;
        for (const candidate of tokens) matches = equalInConstantTime(expected, candidate) && matches;
        if (matches && matchedIndex === -1) matchedIndex = secretIndex;
      }
      return matchedIndex === -1
        ? reject('invalid_signature', `${describePlace(place)} is not the secret of this source.`, {
            secretsTried: secrets.length,
          })
        : { ok: true, secretIndex: matchedIndex };
    },
    checkSecret(secret) {
      if (secret === '') return 'The secret is empty.';
      if (kind === 'bearer' && /\s/.test(secret)) {
        return 'White space cannot stand in the header Authorization behind "Bearer": the secret must have none.';
      }
      if ('header' in place && kind === undefined && /^\s|\s$|[\r\n]/.test(secret))
        return `The header ${place.header} can carry no line break, and no white space at either end: the secret must have none.`;
      return kind === 'basic' && !/^[^:]+:.+$/s.test(secret)
        ? 'The secret is a user name and a password with ":" between them.'
        : undefined;
    },
  };
}

function readItems(body: Buffer, pointer: string): readonly Buffer[] | Rejection {
  const parsed = parseJson(body);
  const texts = parsed.ok ? scalarsAt(body, parsePointer(pointer)) : undefined;
  return texts === undefined || texts.length === 0 || texts.length > MAX_ITEMS
    ? reject('missing_signature', `${describePlace({ json: pointer })} is not there for every item.`)
    : texts.map((text) => Buffer.from(text, 'utf8'));
}

/** Digests, because texts of different lengths cannot be compared in constant time. */
export function equalInConstantTime(a: Buffer, b: Buffer): boolean {
  const digest = (bytes: Buffer) => createHash('sha256').update(bytes).digest();
  return timingSafeEqual(digest(a), digest(b));
}
