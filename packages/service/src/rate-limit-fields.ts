import type { Quota } from './quota.ts';

export interface QuotaState {
  quota: Quota;
  /** Whole calls that are left. */
  remaining: number;
  /** Seconds until the quota is whole again. */
  fullInSeconds: number;
}

/** The field RateLimit-Policy (draft-ietf-httpapi-ratelimit-headers-11): `"key";q=600;w=60, "ip";q=100;w=60`. */
export function rateLimitPolicyField(quotas: readonly Quota[]): string {
  return quotas.map(({ name, limit, windowSeconds }) => `"${name}";q=${limit};w=${windowSeconds}`).join(', ');
}

/** The field RateLimit of the same draft: `"key";r=598;t=1`. `t` is the time until the quota is whole again. */
export function rateLimitField(states: readonly QuotaState[]): string {
  return states
    .map(({ quota, remaining, fullInSeconds }) => `"${quota.name}";r=${remaining};t=${fullInSeconds}`)
    .join(', ');
}
