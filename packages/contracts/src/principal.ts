import { ApiError } from './errors.ts';

/** The tenant of an installation that has only one. */
export const DEFAULT_TENANT = 'default';
/** Tenants are any printable text, e.g. a user id of the application. */
export const TENANT_PATTERN = '^[^\\u0000-\\u001f\\u007f]{1,200}$';

// As schemas have it: a character beyond U+FFFF counts once.
const tenantRegExp = new RegExp(TENANT_PATTERN, 'u');

/** Whether the text can be the name of a tenant. Half a surrogate pair has no form in UTF-8, and so in no header or table. */
export function isTenant(text: string): boolean {
  return tenantRegExp.test(text) && text.isWellFormed();
}

/** Who asks: a tenant for itself, or an operator for any tenant. */
export type Principal =
  | { role: 'tenant'; tenant: string; keyId: string }
  | { role: 'operator'; keyId: string };

/** Headers by which the gateway tells another service, with the internal token, who asks. */
export const INTERNAL_HEADERS = {
  token: 'x-hookline-internal-token',
  role: 'x-hookline-role',
  tenant: 'x-hookline-tenant',
  keyId: 'x-hookline-key',
} as const;

/**
 * The tenant a read is limited to. An operator may name one, and reads all tenants without.
 * @returns undefined for an operator who named none
 * @throws ApiError `forbidden` when a tenant names another
 */
export function tenantToRead(principal: Principal, userId: string | undefined): string | undefined {
  if (principal.role === 'operator') return userId;
  if (userId !== undefined && userId !== principal.tenant) throw new ApiError('forbidden');
  return principal.tenant;
}

/** The tenant a thing is made for: an operator's `userId`, or `default`; a tenant's own. */
export function tenantToWrite(principal: Principal, userId: string | undefined): string {
  return tenantToRead(principal, userId) ?? DEFAULT_TENANT;
}
