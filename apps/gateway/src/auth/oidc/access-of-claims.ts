import { isTenant, type Scope, scopesOf } from '@hookline/contracts';
import type { OidcOptions } from './oidc-options.ts';

/** What a person may do who signed in. */
export interface Access {
  /** null: an operator */
  tenantId: string | null;
  scopes: Scope[];
  /** Who it is, for people. */
  subject: string;
}

/** The roles, the strongest first: of several, a person gets the strongest. */
const ROLES = ['operator', 'operator_readonly', 'tenant', 'tenant_readonly'] as const;
const MAX_SUBJECT_LENGTH = 200;

/**
 * Reads from the claims of an ID token what a person may do. A person without a role has no access.
 * @returns the reason, for a person without access
 */
export function accessOfClaims(
  claims: Readonly<Record<string, unknown>>,
  { roleClaim, tenantClaim }: Pick<OidcOptions, 'roleClaim' | 'tenantClaim'>,
): Access | { denied: string } {
  const given = [valueAt(claims, roleClaim)].flat();
  const role = ROLES.find((each) => given.includes(each));
  if (role === undefined) return { denied: `The claim "${roleClaim}" gives you no role in Hookline` };
  const scopes = scopesOf([role.endsWith('_readonly') ? '*:read' : '*']);
  const subject = String(claims['email'] ?? claims['sub'])
    .toWellFormed()
    .slice(0, MAX_SUBJECT_LENGTH);
  if (role.startsWith('operator')) return { tenantId: null, scopes, subject };
  const tenant = tenantClaim === undefined ? undefined : valueAt(claims, tenantClaim);
  if (typeof tenant !== 'string' || !isTenant(tenant)) {
    return { denied: `The claim "${tenantClaim ?? 'OIDC_TENANT_CLAIM'}" does not name your tenant` };
  }
  return { tenantId: tenant, scopes, subject };
}

/** A claim by its name, or a member of a claim by its path: Keycloak has roles in `realm_access.roles`. */
function valueAt(claims: Readonly<Record<string, unknown>>, name: string): unknown {
  if (Object.hasOwn(claims, name)) return claims[name];
  let value: unknown = claims;
  for (const part of name.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined;
    value = (value as Record<string, unknown>)[part];
  }
  return value;
}
