import { connectionLinkOperations } from '@hookline/contracts';
import { mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import { endLink, findLinkMaker } from '../../sql/connection-links.ts';
import type { RouteContext } from '../context.ts';
import { hashLinkToken } from './link-token.ts';

/** The gateway, which knows keys and sessions, ends a link with the one that made it. */
export function mountLinkOperations(
  app: FastifyInstance,
  { authenticate, database }: Pick<RouteContext, 'authenticate' | 'database'>,
): void {
  mountOperation(app, connectionLinkOperations.findLinkMaker, authenticate, async ({ body }) => ({
    data: { keyId: (await findLinkMaker(database, hashLinkToken(body.link))) ?? null },
  }));
  mountOperation(app, connectionLinkOperations.endLink, authenticate, async ({ body }) => {
    await endLink(database, hashLinkToken(body.link));
    return { data: { message: 'The link has ended' } };
  });
}
