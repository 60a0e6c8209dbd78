import {
  ApiError,
  isTenant,
  JWT_KEY_PREFIX,
  type Principal,
  type Scope,
  scopesOf,
} from '@hookline/contracts';
import { RETRY_AFTER_SECONDS } from '@hookline/service';
import { createRemoteJWKSet, errors, type JWTPayload, type JWTVerifyOptions, jwtVerify } from 'jose';
import type { Identity } from './identity.ts';

export type JwtConfig = {
  /** If set, the token must have this claim. */
  issuer?: string;
  audience?: string;
} & ({ secret: string } | { jwksUrl: string });

export type VerifyJwt = (token: string) => Promise<Identity>;

const CLOCK_TOLERANCE_SECONDS = 60;
/** In UTF-16: a tenant has 200 characters, each of one or two units. */
const MAX_SUB_LENGTH = 400;
const SHARED_SECRET_ALGORITHMS = ['HS256'];
const PUBLIC_KEY_ALGORITHMS = ['RS256', 'PS256', 'ES256', 'ES384', 'EdDSA', 'Ed25519'];

/**
 * Verifies JWTs of the user's own application or identity provider. The claim `sub` is the tenant. `role: "operator"` makes
 * the caller an operator, `operator_readonly` and `tenant_readonly` one that changes nothing. `scope` limits the scopes, as
 * in RFC 9068; without it the token has all that `*` grants. `exp` is required. The configuration fixes the algorithms. Keys that a token holds or points to
 * (jwk, jku, x5u) are ignored.
 */
export function createJwtVerifier(config: JwtConfig): VerifyJwt {
  const common: JWTVerifyOptions = {
    requiredClaims: ['exp'],
    clockTolerance: CLOCK_TOLERANCE_SECONDS,
    ...(config.issuer === undefined ? {} : { issuer: config.issuer }),
    ...(config.audience === undefined ? {} : { audience: config.audience }),
  };
  const verify = createSignatureCheck(config, common);

  return async (token) => {
    const { payload } = await verify(token).catch((error: unknown) => {
      throw toApiError(error);
    });
    const expiresAtMs = (payload.exp as number) * 1_000;
    return { ...toAccess(payload), expiresAtMs };
  };
}

function createSignatureCheck(config: JwtConfig, common: JWTVerifyOptions) {
  if ('secret' in config) {
    const key = new TextEncoder().encode(config.secret);
    return (token: string) => jwtVerify(token, key, { ...common, algorithms: SHARED_SECRET_ALGORITHMS });
  }
  // The keys are fetched for an unknown key id at most every 30 s, for all callers together.
  const keys = createRemoteJWKSet(new URL(config.jwksUrl), {
    cooldownDuration: 30_000,
    timeoutDuration: 5_000,
  });
  return (token: string) => jwtVerify(token, keys, { ...common, algorithms: PUBLIC_KEY_ALGORITHMS });
}

function toAccess(payload: JWTPayload): { principal: Principal; scopes: Scope[] } {
  const { role, scope } = payload;
  const isReadOnly = role === 'operator_readonly' || role === 'tenant_readonly';
  const granted = scopesOf(scope === undefined ? ['*'] : String(scope).split(' '));
  return {
    principal: toPrincipal(payload),
    scopes: isReadOnly ? granted.filter((each) => each.endsWith(':read')) : granted,
  };
}

function toPrincipal({ sub, role }: JWTPayload): Principal {
  // It goes into a header and into indexes. It need not be unique for a `sub` that is no tenant name.
  const keyId = `${JWT_KEY_PREFIX}${encodeURIComponent(
    String(sub ?? '')
      .slice(0, MAX_SUB_LENGTH)
      .toWellFormed(),
  )}`;
  if (role === 'operator' || role === 'operator_readonly') return { role: 'operator', keyId };
  if (typeof sub !== 'string' || !isTenant(sub)) {
    throw new ApiError('unauthenticated', { message: 'The claim "sub" of the token must name a tenant' });
  }
  return { role: 'tenant', tenant: sub, keyId };
}

function toApiError(error: unknown): ApiError {
  if (error instanceof errors.JWTExpired) {
    return new ApiError('unauthenticated', { message: 'The token has expired' });
  }
  const isRefusal =
    error instanceof errors.JOSEError &&
    !(error instanceof errors.JWKSTimeout) &&
    !(error instanceof errors.JWKSInvalid) &&
    error.code !== 'ERR_JOSE_GENERIC';
  if (isRefusal) return new ApiError('unauthenticated', { message: 'The token is not valid here' });
  return new ApiError('unavailable', {
    message: 'The keys of the token issuer (JWT_JWKS_URL) could not be fetched',
    retryAfterSeconds: RETRY_AFTER_SECONDS,
    cause: error,
  });
}
