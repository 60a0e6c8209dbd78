import {
  type AuditActorKind,
  ENVIRONMENT_KEY_ID,
  ID_PREFIX,
  isId,
  jwtSubjectOf,
  type Principal,
} from '@hookline/contracts';
import { toStorableText } from '@hookline/db';

/** The caller as the audit names it. */
export function actorOf({ keyId, role }: Principal): {
  actor_kind: AuditActorKind;
  actor_id: string;
  actor_role: Principal['role'];
} {
  const of = (kind: AuditActorKind, id = keyId) => ({ actor_kind: kind, actor_id: id, actor_role: role });
  if (keyId === ENVIRONMENT_KEY_ID) return of('environment');
  const subject = jwtSubjectOf(keyId);
  if (subject !== undefined) return of('jwt', toStorableText(subject));
  if (isId(ID_PREFIX.session, keyId)) return of('session');
  return of(isId(ID_PREFIX.portalSession, keyId) ? 'portal_session' : 'key');
}
