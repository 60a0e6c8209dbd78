import {
  type Findings,
  type FoundThing,
  ID_PREFIX,
  isId,
  serviceLookupOperations,
  tenantToRead,
} from '@hookline/contracts';
import type { Transaction } from '@hookline/db';
import { getProvider } from '@hookline/providers';
import { mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import { findSource } from '../../sql/find-source.ts';
import type { RejectionRow } from '../../sql/list-rejections.ts';
import { findRejectionById, searchRejections } from '../../sql/search-rejections.ts';
import { searchSources } from '../../sql/search-sources.ts';
import type { SourceRow } from '../../sql/source-row.ts';
import type { RouteContext } from '../context.ts';
import { summarizeRejection } from '../rejections/summarize-rejection.ts';

/** The path of a source's address, before its token. */
const ADDRESS_START = '/in/';
/** The most things of one kind. */
const MAX_FOUND = 10;

/** Finds sources and rejections: by id, else by the address or name of a source, a provider's delivery id or a request id. */
export function mountLookUp(app: FastifyInstance, { authenticate, database }: RouteContext): void {
  mountOperation(app, serviceLookupOperations.lookUpInIngest, authenticate, async ({ principal, query }) => ({
    data: await database.withScope(tenantToRead(principal, query.userId), (tx) => find(tx, query.q)),
  }));
}

async function find(tx: Transaction, text: string): Promise<Findings> {
  if (isId(ID_PREFIX.source, text)) {
    const row = await findSource(tx, text);
    return { found: row ? [toFoundSource(row, 'id')] : [], isComplete: true };
  }
  if (isId(ID_PREFIX.rejection, text)) {
    const row = await findRejectionById(tx, text);
    return { found: row ? [toFoundRejection(row, 'id')] : [], isComplete: true };
  }
  const sources = await searchSources(tx, { text, token: tokenIn(text), limit: MAX_FOUND });
  const found = sources.map((row) => toFoundSource(row, row.isUid ? 'id' : row.isName ? 'name' : 'address'));
  for (const id of await searchRejections(tx, text, MAX_FOUND)) {
    const row = await findRejectionById(tx, id);
    if (!row) continue;
    const isRequest = row.headers['x-request-id'] === text;
    found.push(toFoundRejection(row, isRequest ? 'request_id' : 'provider_delivery_id'));
  }
  return { found, isComplete: true };
}

/** The token of a source from its address, its path, or the token alone. */
function tokenIn(text: string): string {
  const at = text.indexOf(ADDRESS_START);
  const [token = ''] = (at === -1 ? text : text.slice(at + ADDRESS_START.length)).split(/[/?]/, 1);
  return token;
}

function toFoundSource(
  { id, tenantId, provider, name }: Pick<SourceRow, 'id' | 'tenantId' | 'provider' | 'name'>,
  matchedBy: FoundThing['matchedBy'],
): FoundThing {
  const title = name ?? `Source of ${getProvider(provider)?.name ?? provider}`;
  return { kind: 'source', id, userId: tenantId, path: `/api/sources/${id}`, title, matchedBy };
}

function toFoundRejection(row: RejectionRow, matchedBy: FoundThing['matchedBy']): FoundThing {
  const { id, provider, code, reason, eventId, sourceId } = row;
  const at = row.createdAt.toISOString();
  return {
    kind: 'rejection',
    id,
    userId: row.tenantId,
    path: `/api/rejections?${new URLSearchParams(sourceId === null ? { code } : { sourceId, code })}`,
    title: summarizeRejection({ at, provider, code, reason, eventId }),
    matchedBy,
  };
}
