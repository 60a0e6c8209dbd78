import { expect, test } from 'vitest';
import { isWrite } from '../operation.ts';
import { scopesOf } from '../scope.ts';
import { API_OPERATIONS, operations } from './index.ts';

/** They are sent with POST, and change nothing that a caller could read. */
const READS_BY_POST: ReadonlySet<string> = new Set([
  operations.explainEndpoint.id,
  operations.diagnoseSource.id,
  operations.queryGraphql.id,
  operations.createFeedTicket.id,
]);
/** They concern the caller's own session alone. */
const OWN_SESSION: ReadonlySet<string> = new Set([
  operations.createSession.id,
  operations.deleteSession.id,
  operations.exchangePortalToken.id,
  operations.renewPortalToken.id,
]);
/** They change views, which are the caller's own. */
const OWN_VIEWS: ReadonlySet<string> = new Set([
  operations.createView.id,
  operations.updateView.id,
  operations.deleteView.id,
]);
/** What a read-only caller must not see. */
const GUARDED_READS: ReadonlySet<string> = new Set([
  operations.getConnectionToken.id,
  operations.listApiKeys.id,
  operations.listPortalSessions.id,
  operations.listAuditEntries.id,
  operations.exportAuditEntries.id,
]);

test('no operation that changes something but the caller’s own views is open to a read-only caller, and all others are but for tokens and keys', () => {
  const readable = new Set<string | null>([null, ...scopesOf(['*:read'])]);
  for (const { id, method, scope } of API_OPERATIONS) {
    const isRead =
      (method === 'GET' && !GUARDED_READS.has(id)) ||
      READS_BY_POST.has(id) ||
      OWN_SESSION.has(id) ||
      OWN_VIEWS.has(id);
    expect([id, readable.has(scope)]).toEqual([id, isRead]);
  }
});

test('every operation that is not sent with GET is a write, except for the reads by POST and sessions', () => {
  for (const operation of API_OPERATIONS) {
    const { id, method } = operation;
    const changesNothing = method === 'GET' || READS_BY_POST.has(id) || OWN_SESSION.has(id);
    expect([id, isWrite(operation)]).toEqual([id, !changesNothing]);
  }
});

test('the token of a connection needs a scope of its own', () => {
  const needing = API_OPERATIONS.filter(({ scope }) => scope === 'connections:token');
  expect(needing.map(({ id }) => id)).toEqual([operations.getConnectionToken.id]);
});
