import {
  createHash,
  createHmac,
  createSecretKey,
  type Hash,
  type Hmac,
  type KeyObject,
  timingSafeEqual,
} from 'node:crypto';
import type { VerificationScheme } from '../provider/verification.ts';
import { type Algorithm, compileScheme } from './compile-scheme.ts';
import { type SchemeDefinition, SchemeDefinitionError } from './scheme-definition.ts';

const DIGEST_BYTES = { md5: 16, sha1: 20, sha256: 32, sha384: 48, sha512: 64 } as const;
/** Far shorter than any provider's key, and longer than the remainder of an incomplete copy. */
const MIN_DECODED_KEY_BYTES = 16;

type HashName = keyof typeof DIGEST_BYTES;

/**
 * How a secret becomes a key: its text unchanged, decoded base64 or hexadecimal, or the sha1 of its text. `nfkd`: its
 * text in that normal form of Unicode. Note the prefix `whsec_`: for Stripe it is part of the key, for Standard
 * Webhooks it precedes the base64. Several prefixes are removed in this order, if present. `base64AfterFirst`:
 * everything up to and including the first such character is removed.
 */
export type KeyForm =
  | 'utf8'
  | 'nfkd'
  | 'hex'
  | 'sha1'
  | { readonly base64After: string | readonly string[] }
  | { readonly base64AfterFirst: string };

/** The HMAC family, which describes most providers. */
export interface HmacScheme extends SchemeDefinition {
  /** Default sha256. Of several hashes, each is accepted: the length of the signature tells which one. */
  readonly hash?: HashName | readonly [HashName, ...HashName[]];
  /** `digest`: not an HMAC, but the plain hash of a message that contains the secret. */
  readonly keyed?: 'digest';
  /**
   * Default `utf8`. Of several forms, any may be the sender's; a secret that is invalid in a form has no key of that
   * form.
   */
  readonly key?: KeyForm | readonly [KeyForm, ...KeyForm[]];
}

/** @throws {SchemeDefinitionError} */
export function compileHmacScheme(scheme: HmacScheme): VerificationScheme {
  const { hash = 'sha256', keyed, message = '{body}' } = scheme;
  const holdsSecret = [message].flat().every((template) => template.includes('{secret}'));
  if (holdsSecret !== (keyed === 'digest')) {
    throw new SchemeDefinitionError(
      'The message of a digest must contain {secret}, and no other message may.',
    );
  }
  const hashes = [hash].flat();
  const common = { signatureBytes: hashes.map((name) => DIGEST_BYTES[name]) };
  if (keyed === 'digest') {
    return compileScheme<null>(scheme, {
      ...common,
      parseKey: () => ({ key: null }),
      matches: (_key, pieces, candidates) =>
        matchesAny(hashes, (name) => createHash(name), pieces, candidates),
    });
  }
  return compileScheme<readonly KeyObject[]>(scheme, {
    ...common,
    parseKey: keyParser(scheme),
    matches: (keys, pieces, candidates) => {
      let matches = false;
      for (const key of keys) {
        matches = matchesAny(hashes, (name) => createHmac(name, key), pieces, candidates) || matches;
      }
      return matches;
    },
  });
}

/** Signs a short text in the same way as messages, for handshakes; undefined if the secret is unusable. */
export function signText(scheme: HmacScheme, secret: string, text: string): Buffer | undefined {
  const parsed = secret === '' ? undefined : keyParser(scheme)(secret);
  return parsed !== undefined && 'key' in parsed
    ? createHmac([scheme.hash ?? 'sha256'].flat()[0] as HashName, parsed.key[0] as KeyObject)
        .update(text, 'utf8')
        .digest()
    : undefined;
}

function matchesAny(
  hashes: readonly HashName[],
  start: (hash: HashName) => Hash | Hmac,
  pieces: readonly Uint8Array[],
  candidates: readonly Buffer[],
): boolean {
  let matches = false;
  for (const hash of hashes) {
    let expected: Buffer | undefined;
    for (const candidate of candidates) {
      if (candidate.length !== DIGEST_BYTES[hash]) continue;
      expected ??= digestOf(start(hash), pieces);
      matches = timingSafeEqual(expected, candidate) || matches;
    }
  }
  return matches;
}

function digestOf(mac: Hash | Hmac, pieces: readonly Uint8Array[]): Buffer {
  for (const piece of pieces) mac.update(piece);
  return mac.digest();
}

/** The keys of a secret, at least one. */
function keyParser({ key = 'utf8' }: HmacScheme): Algorithm<readonly KeyObject[]>['parseKey'] {
  const forms: readonly KeyForm[] = Array.isArray(key) ? key : [key as KeyForm];
  const parsers = forms.map(parserOf);
  return (secret) => {
    const parsed = parsers.map((parse) => parse(secret));
    const keys = parsed.flatMap((one) => ('key' in one ? [one.key] : []));
    if (keys.length > 0) return { key: keys };
    return { problem: parsed.map((one) => ('problem' in one ? one.problem : '')).join(' ') };
  };
}

/** KeyObjects: with a Buffer as key, createHmac was five times as slow on Node 24. */
function parserOf(key: KeyForm): Algorithm<KeyObject>['parseKey'] {
  if (key === 'utf8') return (secret) => ({ key: createSecretKey(Buffer.from(secret, 'utf8')) });
  if (key === 'nfkd') {
    return (secret) => ({ key: createSecretKey(Buffer.from(secret.normalize('NFKD'), 'utf8')) });
  }
  if (key === 'sha1') {
    return (secret) => ({ key: createSecretKey(createHash('sha1').update(secret, 'utf8').digest()) });
  }
  if (key === 'hex') return parseHexKey;
  if ('base64AfterFirst' in key) {
    const { base64AfterFirst: separator } = key;
    return (secret) =>
      parseBase64Key(secret, [secret.slice(0, secret.indexOf(separator) + separator.length)], separator);
  }
  const prefixes = [key.base64After].flat();
  return (secret) => parseBase64Key(secret, prefixes);
}

function parseHexKey(secret: string): { key: KeyObject } | { problem: string } {
  if (!/^(?:[0-9a-f]{2})+$/i.test(secret)) {
    return {
      problem:
        'The secret must be an even number of hexadecimal digits. Check that it was copied completely.',
    };
  }
  return longEnough(Buffer.from(secret, 'hex'));
}

function parseBase64Key(
  secret: string,
  prefixes: readonly string[],
  shownPrefix = prefixes.join(''),
): { key: KeyObject } | { problem: string } {
  let text = secret;
  for (const prefix of prefixes) if (text.startsWith(prefix)) text = text.slice(prefix.length);
  const unpadded = text.replace(/={1,2}$/, '');
  const padded = unpadded.length !== text.length;
  if (!/^[A-Za-z0-9+/]+$/.test(unpadded) || unpadded.length % 4 === 1 || (padded && text.length % 4 !== 0)) {
    const form = shownPrefix === '' ? 'base64' : `"${shownPrefix}" followed by base64`;
    return { problem: `The secret must be ${form}. Check that it was copied completely.` };
  }
  return longEnough(Buffer.from(text, 'base64'));
}

function longEnough(bytes: Buffer): { key: KeyObject } | { problem: string } {
  return bytes.length < MIN_DECODED_KEY_BYTES
    ? { problem: `The secret must have at least ${MIN_DECODED_KEY_BYTES} bytes, not ${bytes.length}.` }
    : { key: createSecretKey(bytes) };
}
