import { plainAddress } from '@hookline/service';
import type { FastifyRequest } from 'fastify';
import type { AuditFacts } from '../../audit/audit-log.ts';
import type { Access } from '../../auth/oidc/access-of-claims.ts';

/** The audit entry of a sign-in at the identity provider: which person a session stands for. */
export function signInFacts(
  request: FastifyRequest,
  sessionId: string,
  { tenantId, scopes, subject }: Access,
): AuditFacts {
  return {
    actor_kind: 'session',
    actor_id: sessionId,
    actor_role: tenantId === null ? 'operator' : 'tenant',
    tenant_id: tenantId,
    operation: 'signIn',
    target_id: sessionId,
    outcome: 'done',
    status: 302,
    code: undefined,
    changes: JSON.stringify({ subject: { after: subject }, scopes: { after: scopes } }),
    request_id: request.id,
    address: plainAddress(request.ip),
  };
}
