import { createHash, timingSafeEqual } from 'node:crypto';
import { parsePointer, scalarsAt } from '@hookline/json';
import type { VerificationInput, VerificationResult, VerificationScheme } from '../provider/verification.ts';
import { type Rejection, reject } from '../rejection.ts';
import { parseJson } from '../request/json/parse-json.ts';
import { decodeStrictBase64 } from './decode-signature.ts';
import { bytesOf, describePlace, headerDetail, type Place, readValues } from './place.ts';
import { usableSecrets } from './usable-secrets.ts';

/** Every request contains the secret itself, and nothing is signed. */
export interface TokenScheme {
  /**
   * The place of the token; with `*` in a JSON pointer every item must contain it. Or its form in the header
   * `Authorization`: after `Bearer`, or as `<user>:<password>` in base64 after `Basic`.
   */
  readonly token: Place | { readonly authorization: 'bearer' | 'basic' };
}

const AUTHORIZATION: Place = { header: 'authorization' };
const MAX_ITEMS = 10_000;

export function compileTokenScheme({ token }: TokenScheme): VerificationScheme {
  const kind = 'authorization' in token ? token.authorization : undefined;
  const place = 'authorization' in token ? AUTHORIZATION : token;

  /** The values that must all equal the secret, at least one. */
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
          `The header authorization must be "${kind === 'basic' ? 'Basic' : 'Bearer'}" followed by credentials.`,
          headerDetail(place),
        );
  }

  return {
    verify(input): VerificationResult {
      const secrets = usableSecrets(input);
      if (secrets.length === 0) {
        return reject('no_secret', 'No secret is configured, so Hookline cannot verify requests.');
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
        ? reject('invalid_signature', `${describePlace(place)} differs from the secret of this source.`, {
            secretsTried: secrets.length,
          })
        : { ok: true, secretIndex: matchedIndex };
    },
    checkSecret(secret) {
      if (secret === '') return 'The secret is empty.';
      if (kind === 'bearer' && /\s/.test(secret)) {
        return 'The secret must have no white space, because it follows "Bearer" in the header Authorization.';
      }
      if ('header' in place && kind === undefined && /^\s|\s$|[\r\n]/.test(secret))
        return `The secret must have no line break, and no white space at its start or end, because the header ${place.header} cannot carry them.`;
      return kind === 'basic' && !/^[^:]+:.+$/s.test(secret)
        ? 'The secret must be a user name and a password with ":" between them.'
        : undefined;
    },
  };
}

function readItems(body: Buffer, pointer: string): readonly Buffer[] | Rejection {
  const parsed = parseJson(body);
  const texts = parsed.ok ? scalarsAt(body, parsePointer(pointer)) : undefined;
  return texts === undefined || texts.length === 0 || texts.length > MAX_ITEMS
    ? reject('missing_signature', `${describePlace({ json: pointer })} is missing in at least one item.`)
    : texts.map((text) => Buffer.from(text, 'utf8'));
}

/** Compares digests, because texts of different lengths cannot be compared in constant time. */
export function equalInConstantTime(a: Buffer, b: Buffer): boolean {
  const digest = (bytes: Buffer) => createHash('sha256').update(bytes).digest();
  return timingSafeEqual(digest(a), digest(b));
}
