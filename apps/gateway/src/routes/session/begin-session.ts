import type { IncomingMessage } from 'node:http';
import { setCookie } from '@hookline/service';
import type { FastifyReply } from 'fastify';
import type { Sessions } from '../../auth/sessions/sessions.ts';

/** Of every session, at most; Postgres ends it earlier if it is not used. */
const MAX_AGE_SECONDS = 7 * 86_400;

/** Gives a new session to the browser. */
export function beginSession(
  sessions: Sessions,
  request: IncomingMessage,
  reply: FastifyReply,
  secret: string,
): void {
  const name = sessions.cookieNameOf(request);
  reply.header('set-cookie', setCookie({ name, value: secret, maxAgeSeconds: MAX_AGE_SECONDS }));
}
