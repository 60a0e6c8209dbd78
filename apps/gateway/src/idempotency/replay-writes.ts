import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { ID_PREFIX, isId, isWrite, type Operation, type Principal } from '@hookline/contracts';
import { operationOf, principalOf, REPLAYED_HEADER, readIdempotencyKey } from '@hookline/service';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { indexableKeyId } from '../auth/indexable-key-id.ts';
import { bytesOf } from '../forward/json-bodies.ts';
import { namedTenant } from '../routes/named-tenant.ts';
import type { IdempotencyCall } from '../sql/idempotency-call.ts';
import { type IdempotentCalls, type IdempotentRun, isRun } from './idempotent-calls.ts';
import { keptHeaders, MAX_KEPT_BYTES } from './kept-answer.ts';
import { readUpTo } from './read-up-to.ts';

/**
 * Makes the writes that are mounted in the scope idempotent by their Idempotency-Key. A key is looked up after the request
 * was found valid, so an invalid request uses up no key.
 */
export function replayWrites(scope: FastifyInstance, calls: IdempotentCalls): void {
  const runs = new WeakMap<FastifyRequest, IdempotentRun>();

  /** @returns whether the request was answered */
  async function begin(request: FastifyRequest, reply: FastifyReply): Promise<boolean> {
    const [operation, principal] = [operationOf(request), principalOf(request)];
    if (!operation || !principal || !isWrite(operation)) return false;
    const key = readIdempotencyKey(request.raw);
    if (key === undefined) return false;
    const call = { ...callerOf(request, operation, principal), operation: operation.id, key };
    const begun = await calls.begin(call, hashRequest(request));
    if (isRun(begun)) {
      runs.set(request, begun);
      return false;
    }
    void reply.code(begun.status).headers(begun.headers).header(REPLAYED_HEADER, 'true').send(begun.body);
    return true;
  }

  // Without a promise: a request that is answered here must never reach its handler, not even if its caller has gone.
  scope.addHook('preHandler', (request, reply, done) => {
    begin(request, reply).then(
      (isAnswered) => {
        if (!isAnswered) done();
      },
      (error: Error) => done(error),
    );
  });

  scope.addHook('onSend', async (request, reply, payload) => {
    const run = runs.get(request);
    if (!run) return payload;
    runs.delete(request);
    const answer = { status: reply.statusCode, headers: keptHeaders(reply.getHeaders()) };
    if (!(payload instanceof Readable)) {
      const body = payload === undefined || payload === null ? '' : String(payload);
      await run.end({ ...answer, body: Buffer.byteLength(body) > MAX_KEPT_BYTES ? undefined : body });
      return payload;
    }
    try {
      const { bytes, stream } = await readUpTo(payload, MAX_KEPT_BYTES);
      await run.end({ ...answer, body: bytes?.toString('utf8') });
      return bytes ?? stream;
    } catch (error) {
      // The owner's answer broke off: nobody knows what it did.
      await run.end({ status: 503, headers: {}, body: undefined });
      throw error;
    }
  });
}

/**
 * Whose keys a caller uses. The keys and sessions of one tenant share theirs, so that a rotated key repeats the calls of the
 * one before, but for things that are the caller's own. A portal session must not get the answer of such a call, which may
 * hold a secret. Operators are different people and programs, and act for different tenants.
 */
function callerOf(
  request: FastifyRequest,
  { changesOwn }: Operation,
  principal: Principal,
): Pick<IdempotencyCall, 'tenant' | 'actor'> {
  const actor = indexableKeyId(principal.keyId);
  if (principal.role === 'operator') return { tenant: namedTenant(request), actor };
  const isAlone = changesOwn === true || isId(ID_PREFIX.portalSession, principal.keyId);
  return { tenant: principal.tenant, actor: isAlone ? actor : undefined };
}

/** SHA-256 of all that a request says. The body counts byte for byte, as a client repeats it. */
function hashRequest(request: FastifyRequest): Buffer {
  const hash = createHash('sha256').update(`${request.method} ${request.raw.url}\n`);
  const body = bytesOf(request);
  return (body === undefined ? hash : hash.update(body)).digest();
}
