import { Readable } from 'node:stream';
import type { AuditOutcome, Principal, ServiceName } from '@hookline/contracts';
import { toStorableText } from '@hookline/db';
import { operationOf, plainAddress, principalOf, REPLAYED_HEADER } from '@hookline/service';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Upstream } from '../forward/upstream.ts';
import { readUpTo } from '../idempotency/read-up-to.ts';
import { namedTenant, textOf } from '../routes/named-tenant.ts';
import { actorOf } from './actor-of.ts';
import type { AuditFacts, AuditLog } from './audit-log.ts';
import { type AuditedOperation, auditedOperation } from './audited-operation.ts';
import { beforeOf, noteBefore } from './before.ts';
import { describeChanges } from './describe-changes.ts';
import { MAX_AUDITED_BYTES, parseCode, parseData } from './parse-data.ts';
import { readBefore } from './read-before.ts';

export interface AuditCallsOptions {
  auditLog: AuditLog;
  upstreams: Record<Exclude<ServiceName, 'gateway'>, Upstream>;
  internalToken: string;
}

/** Refusals that say something about their caller: an attempt at what it may not do, or does not fit. */
const REFUSALS: ReadonlySet<number> = new Set([401, 403, 409, 422]);
const MAX_TARGET_LENGTH = 200;

/**
 * Audits the calls that are mounted in the scope. The answer to a change is sent when its entry is stored; the answer to a
 * refused call is not held up.
 */
export function auditCalls(scope: FastifyInstance, options: AuditCallsOptions): void {
  const { auditLog, upstreams, internalToken } = options;
  const recorded = new WeakSet<FastifyRequest>();

  scope.addHook('preHandler', async (request) => {
    const [operation, principal] = [operationOf(request), principalOf(request)];
    if (!operation || !principal) return;
    const { isAudited, read } = auditedOperation(operation);
    if (!isAudited) return;
    auditLog.requireRoom();
    if (!read || read.owner === 'gateway') return;
    const upstream = upstreams[read.owner];
    const userId = namedTenant(request);
    noteBefore(request, await readBefore({ upstream, read, internalToken, principal, request, userId }));
  });

  scope.addHook('onSend', async (request, reply, payload) => {
    const [operation, principal] = [operationOf(request), principalOf(request)];
    // An error of the audit itself is answered as well.
    if (!operation || !principal || recorded.has(request)) return payload;
    const audited = auditedOperation(operation);
    const outcome = outcomeOf(audited, principal, reply);
    if (outcome === undefined) return payload;
    recorded.add(request);

    const [sent, text] = await readPayload(payload);
    const facts = describe({
      audited,
      principal,
      request,
      reply,
      outcome,
      text,
      before: beforeOf(request),
    });
    if (outcome === 'done') await auditLog.store(facts);
    else auditLog.note(facts);
    return sent;
  });
}

/** @returns undefined if the call is not recorded */
function outcomeOf(
  { isAudited, endsSession }: AuditedOperation,
  principal: Principal,
  reply: FastifyReply,
): AuditOutcome | undefined {
  const status = reply.statusCode;
  if (REFUSALS.has(status)) return 'refused';
  if (!isAudited) return undefined;
  if (endsSession && actorOf(principal).actor_kind !== 'session') return undefined;
  if (status >= 500) return 'failed';
  if (status >= 400) return undefined;
  return reply.hasHeader(REPLAYED_HEADER) ? 'replayed' : 'done';
}

/** @returns the payload to send, and its text unless it is too long to look into */
async function readPayload(payload: unknown): Promise<[payload: unknown, text: string | undefined]> {
  if (payload instanceof Readable) {
    const { bytes, stream } = await readUpTo(payload, MAX_AUDITED_BYTES);
    return [bytes ?? stream, bytes?.toString('utf8')];
  }
  const text = payload === undefined || payload === null ? '' : String(payload);
  return [payload, text.length > MAX_AUDITED_BYTES ? undefined : text];
}

interface Described {
  audited: AuditedOperation;
  principal: Principal;
  request: FastifyRequest;
  reply: FastifyReply;
  outcome: AuditOutcome;
  text: string | undefined;
  before: unknown;
}

function describe(call: Described): AuditFacts {
  const { audited, principal, request, reply, outcome, text = '', before } = call;
  const data = outcome === 'done' ? parseData(text) : undefined;
  const changes = outcome === 'done' ? changesOf(call, data) : null;
  const tenant =
    principal.role === 'tenant'
      ? principal.tenant
      : (namedTenant(request) ?? textOf(data, 'userId') ?? textOf(before, 'userId'));
  return {
    ...actorOf(principal),
    tenant_id: tenant,
    operation: audited.id,
    target_id: targetOf(request, data),
    outcome,
    status: reply.statusCode,
    code: outcome === 'done' ? undefined : parseCode(text),
    changes: changes && toStorableText(JSON.stringify(changes)),
    request_id: request.id,
    address: plainAddress(request.ip),
  };
}

function changesOf({ audited, request, before }: Described, data: unknown) {
  const { creates, deletes, fields, secrets } = audited;
  const { body } = request;
  if (creates) return describeChanges({ before: undefined, after: data, body, fields: undefined, secrets });
  if (deletes)
    return describeChanges({ before, after: undefined, body: undefined, fields: undefined, secrets });
  // Without the thing before, only secrets in the body are told.
  const [was, is] = before !== undefined ? [before, data] : [undefined, undefined];
  return describeChanges({ before: was, after: is, body, fields, secrets });
}

/** The id in the path, which may be any text if the call was refused; otherwise that of the new thing. */
function targetOf(request: FastifyRequest, data: unknown): string | undefined {
  const [inPath] = Object.values((request.params ?? {}) as Record<string, string>);
  return toStorableText((inPath ?? textOf(data, 'id'))?.slice(0, MAX_TARGET_LENGTH));
}
