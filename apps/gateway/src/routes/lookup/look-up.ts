import {
  type AnswerOf,
  type Findings,
  type FoundThing,
  LOOKUP_PATH,
  LOOKUP_SCOPES,
  operations,
  type Principal,
  type ServiceName,
  type serviceLookupOperations,
  tenantToRead,
} from '@hookline/contracts';
import { mountOperation } from '@hookline/service';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { abortOnClose } from '../../forward/abort-on-close.ts';
import { askUpstream } from '../../forward/ask-upstream.ts';
import { findApiKey } from '../../sql/find-api-key.ts';
import { findAuditedCalls } from '../../sql/find-audited-calls.ts';
import type { RouteContext } from '../context.ts';
import { keepReadable } from './keep-readable.ts';
import { ownerOfId } from './owner-of-id.ts';

type Owner = Exclude<ServiceName, 'gateway'>;
type OwnersAnswer = AnswerOf<(typeof serviceLookupOperations)['lookUpInDelivery']>;

const OWNERS: readonly Owner[] = ['delivery', 'ingest', 'scheduler'];
/** An owner that has not answered by then is left out. */
const ANSWERS_WITHIN_MS = 4_000;
const MAX_FOUND = 20;
/** A replayed or repeated call has the same request id as the first one, if the client chose it. */
const MAX_CALLS = 5;
/** As `X-Request-Id` is accepted. */
const REQUEST_ID = /^[\w-]{1,100}$/;

interface Search {
  text: string;
  userId: string | undefined;
  principal: Principal;
  request: FastifyRequest;
  signal: AbortSignal;
}

/**
 * Finds anything by a text. An id of ours is looked up by the service that has it; for any other text every service is
 * asked, and the answers of the others are there when one does not answer.
 */
export function mountLookUp(app: FastifyInstance, context: RouteContext): void {
  mountOperation(
    app,
    operations.lookUp,
    context.authenticate,
    async ({ principal, query, request, reply }) => {
      const { scopes } = context.identityOf(request);
      const text = query.q.trim();
      // Refuses another tenant before a service is asked.
      tenantToRead(principal, query.userId);
      const search = { text, userId: query.userId, principal, request, signal: abortOnClose(reply) };
      const owner = ownerOfId(text);
      if (owner === 'gateway') {
        const found = await findKey(context, search);
        return { data: { found: keepReadable(found, scopes), isComplete: true, unanswered: [] } };
      }
      const asked = text === '' ? [] : owner === undefined ? OWNERS : [owner];
      const mayBeRequest = owner === undefined && scopes.includes(LOOKUP_SCOPES.audit_entry);
      const [calls, answers] = await Promise.all([
        mayBeRequest ? findCalls(context, search) : [],
        Promise.all(asked.map(async (each) => ({ owner: each, findings: await ask(context, each, search) }))),
      ]);
      const found = [...calls, ...answers.flatMap(({ findings }) => findings?.found ?? [])];
      return {
        data: {
          found: keepReadable(found, scopes).slice(0, MAX_FOUND),
          isComplete: answers.every(({ findings }) => findings?.isComplete === true),
          unanswered: answers.flatMap((each) => (each.findings === undefined ? [each.owner] : [])),
        },
      };
    },
  );
}

/** @returns undefined if the owner does not answer in time, or not as it should */
async function ask(context: RouteContext, owner: Owner, search: Search): Promise<Findings | undefined> {
  const { text, userId, principal, request, signal } = search;
  const wanted = new URLSearchParams(userId === undefined ? { q: text } : { q: text, userId });
  const answer = await askUpstream({
    upstream: context.upstreams[owner],
    path: `${LOOKUP_PATH}?${wanted}`,
    internalToken: context.internalToken,
    principal,
    request,
    signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWERS_WITHIN_MS)]),
  }).catch((error: unknown) => {
    if (signal.aborted) throw error;
    return undefined;
  });
  return answer?.status === 200 ? (answer.body as OwnersAnswer).data : undefined;
}

/** The calls with a request id, by their entries in the audit. */
async function findCalls(
  { database }: RouteContext,
  { text, userId, principal }: Search,
): Promise<FoundThing[]> {
  if (!REQUEST_ID.test(text)) return [];
  const rows = await database.withScope(tenantToRead(principal, userId), (tx) =>
    findAuditedCalls(tx, text, MAX_CALLS),
  );
  return rows.map(({ id, tenantId, operation, outcome, status }) => ({
    kind: 'audit_entry',
    id,
    userId: tenantId,
    path: `/api/audit?requestId=${text}`,
    title: `${operation}: ${outcome} (${status})`,
    matchedBy: 'request_id',
  }));
}

async function findKey(
  { database }: RouteContext,
  { text, userId, principal }: Search,
): Promise<FoundThing[]> {
  const row = await database.withScope(tenantToRead(principal, userId), (tx) => findApiKey(tx, text));
  if (row === undefined) return [];
  const title = `${row.name ?? 'API key'} (${row.prefix}…)`;
  return [{ kind: 'api_key', id: row.id, userId: row.tenantId, path: '/api/keys', title, matchedBy: 'id' }];
}
