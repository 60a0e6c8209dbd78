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

/** A JWT, by HS256 with a shared secret, in which a claim is the SHA-256 of the raw body. */
export interface BodyTokenScheme {
  /** Lower-case; `authorization` may hold `Bearer <token>`. */
  readonly header: string;
  /** What `iss` must be; `{option:<name>}` is the value of an option. */
  readonly issuer?: string;
  /**
   * `ES256`: a public key, in PEM or as a JWK, stands in the place of the secret. Default HS256. `HS`: HS256, HS384 or
   * HS512, as the sender chooses.
   */
  readonly algorithm?: 'HS256' | 'HS' | 'ES256';
  /** Undefined: the body is not covered. */
  readonly bodyClaim?: string;
  readonly bodyHash?: 'hex' | 'base64' | 'base64url';
  /** A claim that names the address that was called: as it is, its SHA-256 in hex, or Atlassian's hash of a request. */
  readonly urlClaim?: {
    readonly name: string;
    readonly as: 'text' | 'sha256' | 'qsh';
    /** Some of the sender's tokens name no address. */
    readonly optional?: true;
  };
  /** What bounds the age of a token: its own end, the time it was made, or nothing. */
  readonly age: 'exp' | 'iat' | 'none';
}

const SKEW_SECONDS = 60;
/** For tokens without an end of their own. */
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
      // That one of them signed, but too long ago, says more than that another did not.
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
    // Told below, without the parser's words, which may quote it.
  }
  return {
    problem: 'The secret here is an elliptic-curve public key, as a JWK or in PEM. Was it copied whole?',
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
  // Where there is no body some leave the claim out.
  const isLeftOut =
    bodyClaim !== undefined && request.rawBody.length === 0 && claims[bodyClaim] === undefined;
  if (isLeftOut && isBodiless(request) && urlClaim === undefined) {
    return reject(
      'invalid_signature',
      `The token is genuine, but does not cover the query of a ${request.method}.`,
    );
  }
  if (bodyClaim !== undefined && !isLeftOut && !isHash(claims[bodyClaim], sha256, bodyHash)) {
    return reject(
      'invalid_signature',
      `The token is genuine, but its claim "${bodyClaim}" is not the hash of this body.`,
      { claim: bodyClaim },
    );
  }
  if (urlClaim !== undefined && !(urlClaim.optional && claims[urlClaim.name] === undefined)) {
    if (claims[urlClaim.name] !== urlText(request, urlClaim.as)) {
      return reject(
        'unexpected_sender',
        `The token is genuine, but its claim "${urlClaim.name}" is for another address than ${request.url}.`,
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
