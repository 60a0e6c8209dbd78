import type { KeyObject } from 'node:crypto';
import {
  errors,
  type FlattenedVerifyGetKey,
  flattenedVerify,
  type JWTPayload,
  type JWTVerifyGetKey,
  type JWTVerifyOptions,
  jwtVerify,
} from 'jose';
import type { FetchPublished } from '../provider/verification.ts';
import { type Rejection, reject } from '../rejection.ts';
import type { InboundRequest } from '../request/inbound-request.ts';
import { readSingleHeader } from '../request/single-header.ts';
import { checkAge } from './check-age.ts';
import { fetchKeySet, KeysUnavailableError } from './published-keys.ts';

/** The requirements on a token beside its signature. */
export interface TokenRules {
  /** Set by the provider or the source, never read from the token. */
  readonly algorithms: readonly string[];
  readonly issuer?: string | readonly string[];
  readonly audience?: string;
  /** How long after its expiry, and before its start, a token is still accepted; null: at any time. */
  readonly skewSeconds: number | null;
  /** Whether a token without an expiry is refused. */
  readonly requireExpiry: boolean;
}

export type VerifiedToken = { readonly ok: true; readonly claims: JWTPayload };

/** Google's tokens have about 1200 characters. */
const MAX_TOKEN_LENGTH = 16_384;
const MAX_BODY_TOKEN_LENGTH = 1_048_576;
/** More than any difference between a claim and a clock. */
const ANY_TIME_SECONDS = Number.MAX_SAFE_INTEGER;
const DETACHED_JWS = /^([A-Za-z0-9_-]+)\.\.([A-Za-z0-9_-]+)$/;
const COMPACT_JWS = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]+$/;

/** The token in a header, with or without `Bearer ` or `JWT ` before it; only its form is checked. */
export function readToken(request: InboundRequest, header: string): string | Rejection {
  const value = readSingleHeader(request, header, 'missing_signature');
  if (typeof value !== 'string') return value;
  const token = value.replace(/^(?:Bearer|JWT) +/i, '');
  return token.length <= MAX_TOKEN_LENGTH && COMPACT_JWS.test(token)
    ? token
    : reject('malformed_signature', `The header ${header} must contain a signed JWT.`, { header });
}

/** The token that is the whole body; only its form is checked. */
export function readTokenBody(request: InboundRequest): string | Rejection {
  const { rawBody } = request;
  const token = rawBody.length <= MAX_BODY_TOKEN_LENGTH ? rawBody.toString('latin1').trim() : '';
  if (rawBody.length === 0) return reject('missing_signature', 'The body is empty; it must be a signed JWT.');
  return COMPACT_JWS.test(token) ? token : reject('malformed_signature', 'The body must be a signed JWT.');
}

/** The payload of a verified token, byte for byte. */
export function payloadOfToken(token: string): Buffer {
  return Buffer.from(token.split('.')[1] ?? '', 'base64url');
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
 * Verifies a token with the key that it names in a published JWKS. A key that is missing in the cached set may be new,
 * so the set is fetched again once. Never rejects.
 */
export function verifyPublishedToken(
  token: string,
  jwksUrl: string,
  fetchPublished: FetchPublished | undefined,
  rules: TokenRules,
  receivedAtMs: number,
): Promise<VerifiedToken | Rejection> {
  return verify(token, publishedKey(jwksUrl, fetchPublished), rules, receivedAtMs);
}

/** A signature whose payload is sent separately. */
export interface DetachedJws {
  readonly protected: string;
  /** The payload in base64url, or its bytes if the protected header says so. */
  readonly payload: string | Uint8Array;
  readonly signature: string;
}

/** The two ends of a detached JWS in a header: `<protected>..<signature>`. */
export function readDetachedJws(
  request: InboundRequest,
  header: string,
): Omit<DetachedJws, 'payload'> | Rejection {
  const value = readSingleHeader(request, header, 'missing_signature');
  if (typeof value !== 'string') return value;
  const [, protectedHeader, signature] = DETACHED_JWS.exec(value) ?? [];
  return protectedHeader === undefined || signature === undefined || value.length > MAX_TOKEN_LENGTH
    ? reject('malformed_signature', `The header ${header} must contain a detached JWS.`, { header })
    : { protected: protectedHeader, signature };
}

/**
 * Verifies a detached JWS with the keys of a published JWKS, with all of them if it names no key. Never rejects.
 * @param kid the id of the key, if the sender names it outside of the JWS
 */
export async function verifyDetachedJws(
  jws: DetachedJws,
  algorithm: string,
  jwksUrl: string,
  fetchPublished: FetchPublished | undefined,
  kid?: string,
): Promise<{ readonly ok: true; readonly header: Readonly<Record<string, unknown>> } | Rejection> {
  const options = { algorithms: [algorithm] };
  try {
    const { protectedHeader = {} } = await flattenedVerify(
      jws,
      publishedKey(jwksUrl, fetchPublished, kid) as FlattenedVerifyGetKey,
      options,
    ).catch(async (error: unknown) => {
      if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error;
      for await (const key of error) {
        const verified = await flattenedVerify(jws, key, options).catch(() => undefined);
        if (verified !== undefined) return verified;
      }
      throw new errors.JWSSignatureVerificationFailed();
    });
    return { ok: true, header: protectedHeader };
  } catch (error) {
    return toRejection(error);
  }
}

function publishedKey(
  jwksUrl: string,
  fetchPublished: FetchPublished | undefined,
  kid?: string,
): JWTVerifyGetKey {
  return async (named, jws) => {
    const header = kid === undefined ? named : { ...named, kid };
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
}

async function verify(
  token: string,
  getKey: JWTVerifyGetKey | (() => KeyObject),
  rules: TokenRules,
  receivedAtMs: number,
): Promise<VerifiedToken | Rejection> {
  const options: JWTVerifyOptions = {
    algorithms: [...rules.algorithms],
    clockTolerance: rules.skewSeconds ?? ANY_TIME_SECONDS,
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
    return refuseTime(error, rules.skewSeconds, receivedAtMs) ?? toRejection(error);
  }
}

/** Claims are checked after the signature, so a refusal because of the time means that the secret is right. */
function refuseTime(error: unknown, skewSeconds: number | null, receivedAtMs: number): Rejection | undefined {
  const isTime =
    error instanceof errors.JWTExpired ||
    (error instanceof errors.JWTClaimValidationFailed && (error.claim === 'nbf' || error.claim === 'iat'));
  if (!isTime || skewSeconds === null) return undefined;
  const claimedAtMs = Number(error.payload[error.claim]) * 1000;
  return checkAge(receivedAtMs, claimedAtMs, skewSeconds, true);
}

function toRejection(error: unknown): Rejection {
  if (error instanceof KeysUnavailableError) return reject('keys_unavailable', error.message);
  if (error instanceof errors.JWTClaimValidationFailed || error instanceof errors.JWTExpired) {
    return reject(
      'unexpected_sender',
      `The signature is valid, but the claim "${error.claim}" is missing or differs from the expected value.`,
      { claim: error.claim },
    );
  }
  if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys) {
    return reject('invalid_signature', 'The issuer does not publish the key that the token names.');
  }
  if (error instanceof errors.JOSEAlgNotAllowed) {
    return reject('invalid_signature', 'The algorithm of the token is not allowed.');
  }
  if (error instanceof errors.JWSSignatureVerificationFailed) {
    return reject('invalid_signature', 'The signature of the token does not match.');
  }
  return reject('malformed_signature', 'The token must be a valid JWT.');
}
