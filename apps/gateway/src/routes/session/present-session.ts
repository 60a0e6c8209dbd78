import { ENVIRONMENT_KEY_ID, ID_PREFIX, isId, type Session } from '@hookline/contracts';
import type { Identity } from '../../auth/identity.ts';

export function kindOf(keyId: string): Session['kind'] {
  if (isId(ID_PREFIX.session, keyId)) return 'session';
  return keyId === ENVIRONMENT_KEY_ID || isId(ID_PREFIX.apiKey, keyId) ? 'key' : 'token';
}

export function presentSession({ principal, scopes, expiresAtMs }: Identity): Session {
  return {
    id: principal.keyId,
    kind: kindOf(principal.keyId),
    role: principal.role,
    userId: principal.role === 'tenant' ? principal.tenant : null,
    scopes: [...scopes],
    readOnly: scopes.every((scope) => scope.endsWith(':read')),
    expiresAt: expiresAtMs === undefined ? null : new Date(expiresAtMs).toISOString(),
  };
}
