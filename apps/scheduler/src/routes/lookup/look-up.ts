import {
  type Findings,
  type FoundThing,
  ID_PREFIX,
  isId,
  serviceLookupOperations,
  tenantToRead,
} from '@hookline/contracts';
import type { Transaction } from '@hookline/db';
import { getConnectable } from '@hookline/providers';
import { mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import { findConnectionRow } from '../../sql/find-connection-row.ts';
import { findRegisteredWebhook } from '../../sql/find-registered-webhook.ts';
import { findSchedule } from '../../sql/find-schedule.ts';
import { findOAuthAppRow } from '../../sql/oauth-app-rows.ts';
import { searchApps, searchConnections, searchSchedules } from '../../sql/search-things.ts';
import type { RouteContext } from '../context.ts';

/** The most things of one kind. */
const MAX_FOUND = 10;

type MatchedBy = FoundThing['matchedBy'];

/** Finds connections, OAuth applications, schedules and registered webhooks: by id, else by account or name. */
export function mountLookUp(app: FastifyInstance, { authenticate, database }: RouteContext): void {
  mountOperation(
    app,
    serviceLookupOperations.lookUpInScheduler,
    authenticate,
    async ({ principal, query }) => ({
      data: await database.withScope(tenantToRead(principal, query.userId), (tx) => find(tx, query.q)),
    }),
  );
}

async function find(tx: Transaction, text: string): Promise<Findings> {
  const byId = await findById(tx, text);
  if (byId !== undefined) return { found: byId, isComplete: true };
  const found = [
    ...(await searchConnections(tx, text, MAX_FOUND)).map((row) => toConnection(row, 'account')),
    ...(await searchApps(tx, text, MAX_FOUND)).map((row) => toApp(row, 'name')),
    ...(await searchSchedules(tx, text, MAX_FOUND)).map((row) => toSchedule(row, 'name')),
  ];
  return { found, isComplete: true };
}

/** @returns undefined for a text that is no id of the scheduler's */
async function findById(tx: Transaction, text: string): Promise<FoundThing[] | undefined> {
  if (isId(ID_PREFIX.connection, text))
    return listOf(await findConnectionRow(tx, text), (row) => toConnection(row, 'id'));
  if (isId(ID_PREFIX.oauthApp, text))
    return listOf(await findOAuthAppRow(tx, text), (row) => toApp(row, 'id'));
  if (isId(ID_PREFIX.schedule, text))
    return listOf(await findSchedule(tx, text), (row) => toSchedule(row, 'id'));
  if (isId(ID_PREFIX.platformWebhook, text)) {
    return listOf(await findRegisteredWebhook(tx, text), (row) => ({
      kind: 'platform_webhook',
      id: row.id,
      userId: row.tenantId,
      path: `/api/webhooks/list?${new URLSearchParams({ connectionId: row.connectionId })}`,
      title: `Webhook at ${nameOf(row.platform)} for ${row.resourceName ?? row.resource}`,
      matchedBy: 'id',
    }));
  }
  return undefined;
}

const listOf = <Row>(row: Row | undefined, toFound: (row: Row) => FoundThing): FoundThing[] =>
  row === undefined ? [] : [toFound(row)];

const nameOf = (provider: string) => getConnectable(provider)?.name ?? provider;

function toConnection(
  row: { id: string; tenantId: string; provider: string; accountId: string; accountName: string | null },
  matchedBy: MatchedBy,
): FoundThing {
  const { id, tenantId, provider, accountId, accountName } = row;
  const title = `${nameOf(provider)}: ${accountName ?? accountId}`;
  return { kind: 'connection', id, userId: tenantId, path: `/api/connections/${id}`, title, matchedBy };
}

function toApp(
  row: { id: string; tenantId: string | null; provider: string; name: string | null },
  matchedBy: MatchedBy,
): FoundThing {
  const { id, tenantId, provider, name } = row;
  const title = name ?? `OAuth application of ${nameOf(provider)}`;
  return { kind: 'oauth_app', id, userId: tenantId, path: `/api/oauth-apps/${id}`, title, matchedBy };
}

function toSchedule(
  row: { id: string; tenantId: string; name: string | null; type: string },
  matchedBy: MatchedBy,
): FoundThing {
  const { id, tenantId, name, type } = row;
  return {
    kind: 'schedule',
    id,
    userId: tenantId,
    path: `/api/schedules/${id}`,
    title: name ?? type,
    matchedBy,
  };
}
