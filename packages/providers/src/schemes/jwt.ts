import type { KeyObject } from 'node:crypto';
import { errors, type JWTPayload, type JWTVerifyGetKey, type JWTVerifyOptions, jwtVerify } from 'jose';
import type { InboundRequest } from '../inbound-request.ts';
import type { FetchPublished } from '../provider.ts';
import { type Rejection, reject } from '../rejection.ts';
import { readSingleHeader } from '../single-header.ts';
import { fetchKeySet, KeysUnavailableError } from './published-keys.ts';

/** What a token must be, besides signed. */
export interface TokenRules {
  /** Fixed by the provider or the source, never read from the token. */
  readonly algorithms: readonly string[];
  readonly issuer?: string | readonly string[];
  readonly audience?: string;
  /** How far past its end a token still counts, and how far before its beginning. */
  readonly skewSeconds: number;
  /** Whether a token without an end is refused. */
  readonly requireExpiry: boolean;
}

export type VerifiedToken = { readonly ok: true; readonly claims: JWTPayload };

/** Google's have about 1200 characters. */
const MAX_TOKEN_LENGTH = 16_384;
const COMPACT_JWS = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]+$/;

/** The token in a header, with or without `Bearer ` before it; only its form has been looked at. */
export function readToken(request: InboundRequest, header: string): string | Rejection {
  const value = readSingleHeader(request, header, 'missing_signature');
  if (typeof value !== 'string') return value;
  const token = value.replace(/^Bearer +/i, '');
  return token.length <= MAX_TOKEN_LENGTH && COMPACT_JWS.test(token)
    ? token
    : reject('malformed_signature', `The header ${header} does not hold a signed JWT.`, { header });
}

/** Verifies a token with one key. Never rejects. */
export function verifyToken(
  token: string,
  key: KeyObject,
  rules: TokenRules,
  receivedAtMs: number,
): Promise<VerifiedToken | Rejection> {
  return verify(token, () => key, rules, receivedAtMs);
}

/**
 * Verifies a token with the key that it names in a published JWKS. A key that is not in the set kept here may be new:
 * then the set is fetched once more. Never rejects.
 */
export function verifyPublishedToken(
  token: string,
  jwksUrl: string,
  fetchPublished: FetchPublished | undefined,
  rules: TokenRules,
  receivedAtMs: number,
): Promise<VerifiedToken | Rejection> {
  const getKey: JWTVerifyGetKey = async (header, jws) => {
    const known = await fetchKeySet(jwksUrl, fetchPublished);
    try {
      return await known(header, jws);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      const fresh = await fetchKeySet(jwksUrl, fetchPublished, { fresh: true });
      if (fresh === known) throw error;
      return fresh(header, jws);
    }
  };
  return verify(token, getKey, rules, receivedAtMs);
}

async function verify(
  token: string,
  getKey: JWTVerifyGetKey | (() => KeyObject),
  rules: TokenRules,
  receivedAtMs: number,
): Promise<VerifiedToken | Rejection> {
  const options: JWTVerifyOptions = {
    algorithms: [...rules.algorithms],
    clockTolerance: rules.skewSeconds,
    currentDate: new Date(receivedAtMs),
    requiredClaims: rules.requireExpiry ? ['exp'] : [],
  };
  if (rules.issuer !== undefined) {
    options.issuer = typeof rules.issuer === 'string' ? rules.issuer : [...rules.issuer];
  }
  if (rules.audience !== undefined) options.audience = rules.audience;
  try {
    const { payload } = await jwtVerify(token, getKey as JWTVerifyGetKey, options);
    return { ok: true, claims: payload };
  } catch (error) {
    return toRejection(error);
  }
}

function toRejection(error: unknown): Rejection {
  if (error instanceof KeysUnavailableError) return reject('keys_unavailable', error.message);
  if (error instanceof errors.JWTExpired) {
    return reject(
      'timestamp_out_of_tolerance',
      'The token has expired: it is a repeat, or a clock is wrong.',
    );
  }
  if (error instanceof errors.JWTClaimValidationFailed) {
    if (error.claim === 'nbf' || error.claim === 'iat') {
      return reject('timestamp_out_of_tolerance', 'The token is not valid yet: a clock is wrong.');
    }
    return reject(
      'unexpected_sender',
      `The token is signed, but its claim "${error.claim}" is missing or not the one that is expected here.`,
      { claim: error.claim },
    );
  }
  if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys) {
    return reject('invalid_signature', 'The token names no key that its issuer publishes.');
  }
  if (error instanceof errors.JOSEAlgNotAllowed) {
    return reject('invalid_signature', 'The token is signed with an algorithm that is not allowed here.');
  }
  if (error instanceof errors.JWSSignatureVerificationFailed) {
    return reject('invalid_signature', 'The signature of the token does not match.');
  }
  return reject('malformed_signature', 'The token is not a JWT that can be verified.');
}
