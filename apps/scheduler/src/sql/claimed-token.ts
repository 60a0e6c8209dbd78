import type { OAuthAppSettings } from '@hookline/db/scheduler';
import type { CredentialKind } from '@hookline/providers';

/** A token whose exchange one replica may do now, with what it needs for that. */
export interface ClaimedToken {
  connectionId: string;
  kind: CredentialKind;
  tenant: string;
  provider: string;
  generation: number;
  leaseId: string;
  refreshSealed: string;
  scopes: string[] | null;
  /** Whether an earlier exchange of this generation began and its outcome is unknown. */
  attemptedBefore: boolean;
  failures: number;
  /** Whether the provider has refused this generation's refresh token once. */
  refusedOnce: boolean;
  /** Seconds since the first answer of unknown meaning since the last success; null: there was none. */
  unknownForSeconds: number | null;
  /** Whether the time of the consent is over. */
  consentEnded: boolean;
  /** Until the end of the refresh token; null: unknown. */
  refreshLifeSeconds: number | null;
  appId: string;
  appTenantId: string | null;
  clientId: string;
  clientSecret: string;
  settings: OAuthAppSettings;
  appIsFaulty: boolean;
}

/** The columns of ClaimedToken after an update of `connection_tokens t` from `picked`. */
export const CLAIMED_COLUMNS = `
  t.connection_id as "connectionId", t.kind, t.tenant_id as tenant, picked.provider, t.generation,
  t.lease_id as "leaseId", t.refresh_sealed as "refreshSealed", t.scopes, picked.attempted_before as "attemptedBefore",
  t.failures, t.invalid_grant_at is not null as "refusedOnce",
  extract(epoch from hookline_now() - t.unknown_since)::float8 as "unknownForSeconds",
  picked.consent_ended as "consentEnded",
  extract(epoch from t.refresh_expires_at - hookline_now())::float8 as "refreshLifeSeconds",
  picked.app_id as "appId", picked.app_tenant_id as "appTenantId", picked.client_id as "clientId",
  picked.client_secret as "clientSecret", picked.settings, picked.fault is not null as "appIsFaulty"`;

/** The columns of `picked`. */
export const PICKED_COLUMNS = `
  t.connection_id, t.kind, t.attempted_generation is not distinct from t.generation as attempted_before,
  coalesce(c.consent_ends_at <= hookline_now(), false) as consent_ended,
  c.provider, c.app_id, a.tenant_id as app_tenant_id, a.client_id, a.client_secret, a.settings, a.fault`;

export const PICKED_FROM = `
  connection_tokens t
  join connections c on c.id = t.connection_id and c.deleted_at is null
  join oauth_apps a on a.id = c.app_id and a.deleted_at is null`;

/**
 * The due time is the lease: the token is due again when the lease ends, so that the work of a dead replica comes back.
 * The attempted generation is the evidence of an exchange whose replica died.
 */
export const CLAIM_SET = (leaseId: string, leaseSeconds: string) => `
  lease_id = ${leaseId}, lease_until = hookline_now() + make_interval(secs => ${leaseSeconds}),
  refresh_due_at = hookline_now() + make_interval(secs => ${leaseSeconds}), attempted_generation = t.generation`;
