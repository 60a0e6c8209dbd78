import { createHash, createPublicKey, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto';
import type { Provider } from '../provider/provider.ts';
import { requireOption } from '../provider/source-options.ts';
import type { VerificationInput, VerificationResult } from '../provider/verification.ts';
import { type Rejection, reject } from '../rejection.ts';
import type { InboundRequest } from '../request/inbound-request.ts';
import { isBodiless } from '../request/request-views.ts';
import { checkAge, toleranceOf } from './check-age.ts';
import { readToken, type TokenRules, verifyToken } from './jwt.ts';
import { cacheBySecret } from './key-cache.ts';
import { queryStringHash } from './query-string-hash.ts';
import { readKeys } from './usable-secrets.ts';

/** A JWT (HS256 with a shared secret by default) with a claim that is the SHA-256 of the raw body. */
export interface BodyTokenScheme {
  /** Lower-case; `authorization` may contain `Bearer <token>`. */
  readonly header: string;
  /** The required value of `iss`; `{option:<name>}` is the value of an option. */
  readonly issuer?: string;
  /**
   * `ES256`: a public key, in PEM or as a JWK, is stored as the secret. Default HS256. `HS`: HS256, HS384 or HS512, as
   * the sender chooses.
   */
  readonly algorithm?: 'HS256' | 'HS' | 'ES256';
  /** Undefined: the body is not covered. */
  readonly bodyClaim?: string;
  readonly bodyHash?: 'hex' | 'base64' | 'base64url';
  /** The claim of the called address: the address itself, its SHA-256 in hex, or Atlassian's hash of a request. */
  readonly urlClaim?: {
    readonly name: string;
    readonly as: 'text' | 'sha256' | 'qsh';
    /** Some of the sender's tokens have no claim of the address. */
    readonly optional?: true;
  };
  /** The limit of a token's age: its expiry, its time of issue, or none. */
  readonly age: 'exp' | 'iat' | 'none';
}

const SKEW_SECONDS = 60;
/** For tokens without an expiry. */
const MAX_AGE_SECONDS = 300;

export function compileBodyTokenScheme(scheme: BodyTokenScheme): Pick<Provider, 'verify' | 'checkSecret'> {
  const parseKey = cacheBySecret((secret: string) =>
    scheme.algorithm === 'ES256' ? parseEcKey(secret) : { key: createSecretKey(Buffer.from(secret, 'utf8')) },
  );

  async function verify(input: VerificationInput): Promise<VerificationResult> {
    const { request } = input;
    const keys = readKeys(input, parseKey, 'secret');
    if (!Array.isArray(keys)) return keys;
    const rules = rulesOf(scheme, input);
    if ('code' in rules) return rules;
    const token = readToken(request, scheme.header);
    if (typeof token !== 'string') return token;
    let rejection: Rejection | undefined;
    for (const { key, secretIndex } of keys) {
      const verified = await verifyToken(token, key, rules, request.receivedAtMs);
      if (verified.ok) return checkClaims(scheme, input, verified.claims) ?? { ok: true, secretIndex };
      // A secret that signed an expired token is more informative than a secret that did not sign it.
      if (rejection === undefined || rejection.code === 'invalid_signature') rejection = verified;
    }
    return rejection as Rejection;
  }

  return {
    verify,
    checkSecret(secret) {
      if (secret === '') return 'The secret is empty.';
      const parsed = parseKey(secret);
      return 'problem' in parsed ? parsed.problem : undefined;
    },
  };
}

function parseEcKey(secret: string): { key: KeyObject } | { problem: string } {
  try {
    const key = secret.trimStart().startsWith('{')
      ? createPublicKey({ key: JSON.parse(secret), format: 'jwk' })
      : createPublicKey(secret);
    if (key.asymmetricKeyType === 'ec') return { key };
  } catch {
    // Reported below, without the parser's message, which may quote the key.
  }
  return {
    problem:
      'The secret must be an elliptic-curve public key, as a JWK or in PEM. Check that it was copied completely.',
  };
}

function rulesOf(scheme: BodyTokenScheme, input: VerificationInput): TokenRules | Rejection {
  const rules = {
    algorithms: scheme.algorithm === 'HS' ? ['HS256', 'HS384', 'HS512'] : [scheme.algorithm ?? 'HS256'],
    skewSeconds: toleranceOf(input, SKEW_SECONDS),
    requireExpiry: scheme.age === 'exp',
  };
  if (scheme.issuer === undefined) return rules;
  const option = /^\{option:(\w+)\}$/.exec(scheme.issuer)?.[1];
  const issuer = option === undefined ? scheme.issuer : requireOption(input, option);
  return typeof issuer === 'string' ? { ...rules, issuer } : issuer;
}

function checkClaims(
  { bodyClaim, bodyHash = 'hex', urlClaim, age }: BodyTokenScheme,
  { request, toleranceSeconds = MAX_AGE_SECONDS }: VerificationInput,
  claims: Readonly<Record<string, unknown>>,
): Rejection | undefined {
  const sha256 = createHash('sha256').update(request.rawBody).digest();
  // Some senders omit the claim if there is no body.
  const isLeftOut =
    bodyClaim !== undefined && request.rawBody.length === 0 && claims[bodyClaim] === undefined;
  if (isLeftOut && isBodiless(request) && urlClaim === undefined) {
    return reject(
      'invalid_signature',
      `The token is valid, but does not cover the query of a ${request.method}.`,
    );
  }
  if (bodyClaim !== undefined && !isLeftOut && !isHash(claims[bodyClaim], sha256, bodyHash)) {
    return reject(
      'invalid_signature',
      `The token is valid, but its claim "${bodyClaim}" is not the hash of this body.`,
      { claim: bodyClaim },
    );
  }
  if (urlClaim !== undefined && !(urlClaim.optional && claims[urlClaim.name] === undefined)) {
    if (claims[urlClaim.name] !== urlText(request, urlClaim.as)) {
      return reject(
        'unexpected_sender',
        `The token is valid, but its claim "${urlClaim.name}" is for another address than ${request.url}.`,
        { claim: urlClaim.name },
      );
    }
  }
  if (age !== 'iat' || toleranceSeconds === null) return undefined;
  return checkAge(request.receivedAtMs, Number(claims['iat'] ?? Number.NaN) * 1000, toleranceSeconds, true);
}

function urlText({ method, url }: InboundRequest, as: 'text' | 'sha256' | 'qsh'): string | undefined {
  if (as === 'text') return url;
  return as === 'qsh' ? queryStringHash(method, url) : createHash('sha256').update(url).digest('hex');
}

/** Padding is left to the sender. */
function isHash(claim: unknown, hash: Buffer, encoding: 'hex' | 'base64' | 'base64url'): boolean {
  const expected = Buffer.from(hash.toString(encoding).replace(/={1,2}$/, ''));
  const given = Buffer.from(typeof claim === 'string' ? claim.replace(/={1,2}$/, '') : '');
  return given.length === expected.length && timingSafeEqual(given, expected);
}
