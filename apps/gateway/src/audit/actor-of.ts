import type { AuditActorKind, Principal } from '@hookline/contracts';
import { toStorableText } from '@hookline/db';
import { ENVIRONMENT_KEY_ID } from '../auth/authenticator.ts';

const JWT_PREFIX = 'jwt:';
const SESSION_PREFIX = 'ses_';

/** The caller as the audit names it. */
export function actorOf({ keyId, role }: Principal): {
  actor_kind: AuditActorKind;
  actor_id: string;
  actor_role: Principal['role'];
} {
  const of = (kind: AuditActorKind, id = keyId) => ({ actor_kind: kind, actor_id: id, actor_role: role });
  if (keyId === ENVIRONMENT_KEY_ID) return of('environment');
  if (keyId.startsWith(JWT_PREFIX))
    return of('jwt', toStorableText(decodeURIComponent(keyId.slice(JWT_PREFIX.length))));
  return of(keyId.startsWith(SESSION_PREFIX) ? 'session' : 'key');
}
