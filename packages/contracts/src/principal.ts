import { ApiError } from './errors.ts';

/** The tenant of an installation with a single tenant. */
export const DEFAULT_TENANT = 'default';
/** A tenant is any printable text, such as a user id of the application. */
export const TENANT_PATTERN = '^[^\\u0000-\\u001f\\u007f]{1,200}$';

// As in JSON Schema, a character beyond U+FFFF counts once.
const tenantRegExp = new RegExp(TENANT_PATTERN, 'u');

/**
 * Whether the text can be a tenant. An unpaired surrogate has no form in UTF-8, so it cannot be in a header or table.
 */
export function isTenant(text: string): boolean {
  return tenantRegExp.test(text) && text.isWellFormed();
}

/** The caller: a tenant that acts for itself, or an operator that may act for any tenant. */
export type Principal =
  | { role: 'tenant'; tenant: string; keyId: string }
  | { role: 'operator'; keyId: string };

/** The `keyId` of the operator key of the environment. The others are ids of keys and sessions, or name a JWT. */
export const ENVIRONMENT_KEY_ID = 'environment';
/** The `keyId` of a caller with a JWT begins so; its subject follows, as in an address. */
export const JWT_KEY_PREFIX = 'jwt:';

/** The subject of the JWT that a `keyId` names; undefined: it names none. */
export const jwtSubjectOf = (keyId: string): string | undefined =>
  keyId.startsWith(JWT_KEY_PREFIX) ? decodeURIComponent(keyId.slice(JWT_KEY_PREFIX.length)) : undefined;

/** Headers by which the gateway passes the caller to another service, together with the internal token. */
export const INTERNAL_HEADERS = {
  token: 'x-hookline-internal-token',
  role: 'x-hookline-role',
  tenant: 'x-hookline-tenant',
  keyId: 'x-hookline-key',
} as const;

/**
 * The tenant that a read is limited to. An operator may name one.
 * @returns undefined for an operator that named none: the read covers all tenants
 * @throws ApiError `forbidden` when a tenant names another tenant
 */
export function tenantToRead(principal: Principal, userId: string | undefined): string | undefined {
  if (principal.role === 'operator') return userId;
  if (userId !== undefined && userId !== principal.tenant) {
    throw new ApiError('forbidden', {
      message:
        'This key acts for its own tenant only, and userId names another: leave userId out, or use an operator key',
    });
  }
  return principal.tenant;
}

/** The tenant that owns a new thing: the one that an operator names, else `default`; for a tenant, itself. */
export function tenantToWrite(principal: Principal, userId: string | undefined): string {
  return tenantToRead(principal, userId) ?? DEFAULT_TENANT;
}
