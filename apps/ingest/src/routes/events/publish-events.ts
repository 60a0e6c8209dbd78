import { setImmediate as otherWork } from 'node:timers/promises';
import {
  APPLICATION_PROVIDER,
  ApiError,
  countNouns,
  HOPS_HEADER,
  MAX_BATCH_BODY_BYTES,
  operations,
  tenantToWrite,
} from '@hookline/contracts';
import { arrayItems, objectMembers, rootSlice } from '@hookline/json';
import {
  elapsedMs,
  mountOperation,
  REPLAYED_HEADER,
  readIdempotencyKey,
  spanOf,
  toApiError,
} from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import { toStoreError } from '../../events/to-store-error.ts';
import type { RouteContext } from '../context.ts';
import { acceptApplicationBodies } from './application-bodies.ts';
import { type ApplicationEvent, checkSchema, noteStored, toApplicationEvent } from './application-event.ts';
import { dedupeKeyOfIdempotencyKey, dedupeKeysOfBatch } from './idempotency-key.ts';

/** How long the validation of a batch may take in all. */
const CHECKED_WITHIN_MS = 5_000;
/** The validation gives way to other work this often. */
const TURN_MS = 10;

/** An event of a batch that was refused, by its place in the batch. */
interface Failure {
  index: number;
  error: ApiError;
}

/** An event of a batch that is stored. */
interface Stored {
  index: number;
  id: string;
  duplicate: boolean;
}

/**
 * POST /api/events/batch: every event is checked before any is stored, and all of them are published together. A success
 * means that all are stored.
 */
export function mountPublishEvents(app: FastifyInstance, context: RouteContext): void {
  app.register((scope, _options, registered) => {
    const bytesOf = acceptApplicationBodies(scope, context, MAX_BATCH_BODY_BYTES);
    mountOperation(
      scope,
      operations.publishEvents,
      context.authenticate,
      async ({ principal, body, request, reply }) => {
        const tenant = tenantToWrite(principal, body.userId);
        const keyInBatch = dedupeKeysOfBatch(readIdempotencyKey(request.raw));
        const payloads = slicePayloads(bytesOf(request));
        const events = body.events.map((fields, index): ApplicationEvent => {
          const { raw, payload } = payloads[index] as Sliced;
          const dedupeKey = dedupeKeyOfIdempotencyKey(fields.idempotencyKey) ?? keyInBatch?.(index);
          return { tenant, fields, payload, dedupeKey, raw, request };
        });

        const refused = await checkSchemas(context, events);
        if (refused.length > 0) throw toBatchError(refused, [], events.length);
        const hops = context.hopCounts.read(request.headers[HOPS_HEADER]);
        const { failed, stored } = await storeAll(context, events, hops);
        if (failed.length > 0) throw toBatchError(failed, stored, events.length);

        const duplicates = stored.filter(({ duplicate }) => duplicate).length;
        if (duplicates === stored.length) reply.header(REPLAYED_HEADER, 'true');
        spanOf(request)?.setAttributes({
          'hookline.provider': APPLICATION_PROVIDER,
          'hookline.tenant': tenant,
          'hookline.events': events.length,
          'hookline.duplicates': duplicates,
        });
        context.publishedLog.write(
          () => ({
            provider: APPLICATION_PROVIDER,
            tenant,
            events: events.length,
            duplicates,
            ms: elapsedMs(reply),
          }),
          'events.published',
        );
        return { data: { events: stored.map(({ id, duplicate }) => ({ id, duplicate })), duplicates } };
      },
    );
    registered();
  });
}

interface Sliced {
  raw: Buffer;
  payload: Buffer;
}

/** The bytes of each event and of its `data`. The body has been validated. */
function slicePayloads(body: Buffer): Sliced[] {
  const list = objectMembers(body, rootSlice(body)).get('events')?.value;
  if (list === undefined) return [];
  return arrayItems(body, list).map((item) => {
    const data = objectMembers(body, item).get('data')?.value ?? { start: 0, end: 0 };
    return { raw: body.subarray(item.start, item.end), payload: body.subarray(data.start, data.end) };
  });
}

/** Validates the data of each event against the schema of its type. */
async function checkSchemas(context: RouteContext, events: readonly ApplicationEvent[]): Promise<Failure[]> {
  const failed: Failure[] = [];
  const startedAtMs = performance.now();
  let turnEndsAtMs = startedAtMs + TURN_MS;
  for (const [index, event] of events.entries()) {
    if (performance.now() > turnEndsAtMs) {
      await otherWork();
      turnEndsAtMs = performance.now() + TURN_MS;
    }
    const isLate = performance.now() - startedAtMs > CHECKED_WITHIN_MS;
    const error = isLate ? tooSlow() : await checkSchema(context, event);
    if (error === undefined) continue;
    context.metrics.requests.inc({ provider: APPLICATION_PROVIDER, outcome: error.code });
    failed.push({ index, error });
  }
  return failed;
}

const tooSlow = () =>
  new ApiError('event_schema_too_slow', {
    message: `Validating the data of these events against their schemas takes longer than ${CHECKED_WITHIN_MS / 1000} s: send fewer events in one call`,
  });

/** Publishes all events in this turn of the event loop, so that they share batches and acknowledgements. */
async function storeAll(
  context: RouteContext,
  events: readonly ApplicationEvent[],
  hops: string | undefined,
): Promise<{ failed: Failure[]; stored: Stored[] }> {
  const { acceptor, metrics, publishDeadlineMs } = context;
  const outcomes = await Promise.allSettled(
    events.map((event) => acceptor.accept(toApplicationEvent(context, event, hops), publishDeadlineMs)),
  );
  const failed: Failure[] = [];
  const stored: Stored[] = [];
  for (const [index, outcome] of outcomes.entries()) {
    if (outcome.status === 'rejected') {
      const error = toApiError(toStoreError(outcome.reason));
      metrics.requests.inc({ provider: APPLICATION_PROVIDER, outcome: error.code });
      failed.push({ index, error });
      continue;
    }
    const { id, duplicate } = outcome.value;
    const error = noteStored(context, events[index] as ApplicationEvent, outcome.value);
    if (error === undefined) stored.push({ index, id, duplicate });
    else failed.push({ index, error });
  }
  return { failed, stored };
}

/**
 * The error of a whole call: that of an event for which sending the call again can help, or else of the first event that
 * failed. Its details name every event.
 */
function toBatchError(failed: readonly Failure[], stored: readonly Stored[], events: number): ApiError {
  const told = failed.find(({ error }) => error.statusCode >= 500) ?? (failed[0] as Failure);
  const { code, message, cause, retryAfterSeconds } = told.error;
  const kept =
    stored.length === 0
      ? 'no event is stored'
      : `${stored.length} of the events ${stored.length === 1 ? 'is' : 'are'} stored`;
  return new ApiError(code, {
    message: `events/${told.index}: ${message}. ${failed.length} of ${countNouns(events, 'event')} ${failed.length === 1 ? 'was' : 'were'} refused, and ${kept}`,
    details: {
      failed: failed.map(({ index, error }) => ({
        index,
        code: error.code,
        error: error.message,
        ...(error.details === undefined ? {} : { details: error.details }),
      })),
      stored,
    },
    cause,
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  });
}
