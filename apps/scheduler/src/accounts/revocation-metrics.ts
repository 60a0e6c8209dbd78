import { Counter, type Registry } from '@hookline/service';

/**
 * How a try to revoke a grant ended. `shared`: not asked for, because another connection may share the grant. `refused`:
 * for good. `pending`: it is tried again. `gave_up`: it was tried for a day. `not_supported`: a person must do it.
 */
export type RevocationOutcome = 'revoked' | 'shared' | 'refused' | 'pending' | 'gave_up' | 'not_supported';

export interface RevocationMetrics {
  observe(provider: string, outcome: RevocationOutcome): void;
}

export function createRevocationMetrics(registry: Registry): RevocationMetrics {
  const revocations = new Counter({
    name: 'hookline_scheduler_grant_revocations_total',
    help: 'Tries of this replica to revoke grants at their providers, by how they ended',
    labelNames: ['provider', 'outcome'],
    registers: [registry],
  });
  return { observe: (provider, outcome) => revocations.inc({ provider, outcome }) };
}
