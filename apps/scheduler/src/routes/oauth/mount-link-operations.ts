import { connectionLinkOperations } from '@hookline/contracts';
import { mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import { endLink, findLinkMaker } from '../../sql/connection-links.ts';
import type { RouteContext } from '../context.ts';
import { hashLinkToken } from './link-token.ts';

/** The gateway, which knows keys and sessions, ends a link, and a flow that was begun, with the one that made it. */
export function mountLinkOperations(
  app: FastifyInstance,
  { authenticate, database, accounts }: Pick<RouteContext, 'authenticate' | 'database' | 'accounts'>,
): void {
  const { flows } = accounts;
  mountOperation(app, connectionLinkOperations.findLinkMaker, authenticate, async ({ body }) => ({
    data: { keyId: (await findLinkMaker(database, hashLinkToken(body.link))) ?? null },
  }));
  mountOperation(app, connectionLinkOperations.endLink, authenticate, async ({ body }) => {
    await endLink(database, hashLinkToken(body.link));
    return { data: { message: 'The link has ended' } };
  });
  mountOperation(app, connectionLinkOperations.findFlowMaker, authenticate, async ({ body }) => ({
    data: { keyId: (await flows.findMaker(body.state)) ?? null },
  }));
  mountOperation(app, connectionLinkOperations.endFlow, authenticate, async ({ body }) => {
    await flows.end(body.state);
    return { data: { message: 'The flow has ended' } };
  });
}
