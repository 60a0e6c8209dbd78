import type { Principal } from '@hookline/contracts';

/**
 * The principal of a stored credential.
 * @param id of the key or the session
 * @param tenantId null: an operator's
 */
export const toPrincipal = (id: string, tenantId: string | null): Principal =>
  tenantId === null ? { role: 'operator', keyId: id } : { role: 'tenant', tenant: tenantId, keyId: id };
