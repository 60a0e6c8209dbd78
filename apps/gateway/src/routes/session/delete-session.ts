import { operations } from '@hookline/contracts';
import { clearCookie, mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import { deleteSession } from '../../sql/delete-session.ts';
import type { RouteContext } from '../context.ts';
import { kindOf } from './present-session.ts';

export function mountDeleteSession(app: FastifyInstance, context: RouteContext): void {
  const { database, revocations, sessions } = context;
  mountOperation(
    app,
    operations.deleteSession,
    context.authenticate,
    async ({ principal, request, reply }) => {
      reply.header('cache-control', 'no-store');
      const id = principal.keyId;
      if (kindOf(id) !== 'session') {
        return { data: { message: 'A key or token has no session, and is still valid' } };
      }
      await deleteSession(database, id);
      await revocations.announce([{ id, endsAfterMs: 0 }]);
      reply.header('set-cookie', clearCookie(sessions.cookieNameOf(request.raw)));
      return { data: { message: 'You are signed out' } };
    },
  );
}
