import { countHops, type HopCounts } from '@hookline/service';
import type { CatalogEndpoint } from '../../endpoints/catalog/endpoint-catalog.ts';
import { showRequestHeaders } from '../../endpoints/headers/redact-headers.ts';
import { ATTEMPT_ERRORS, type AttemptFailure, failWith } from '../delivery/attempt-errors.ts';
import type { DueDelivery } from '../delivery/due-delivery.ts';
import type { Outcome } from '../delivery/outcome.ts';
import type { RequestContent } from '../delivery/request-content.ts';
import type { Settled } from '../delivery/settled.ts';
import type { Shipment } from '../delivery/shipment.ts';
import type { Transformed, Transformer } from '../transformations/create-transformer.ts';
import type { AuthorizedSender } from './authorized-sender.ts';
import type { BodyCompactor } from './body-compactor.ts';
import { buildRequest, toBatch } from './build-request.ts';
import { nextAttemptDelayMs, parseRetryAfter } from './next-attempt.ts';
import type { OpenRequestSecret } from './provider-request.ts';
import type { SendResult } from './send-request.ts';
import { shapeRequest } from './shape-request.ts';
import { unsentResult } from './unsent-result.ts';

export interface AttemptContext {
  sender: AuthorizedSender;
  transformer: Transformer;
  openRequestSecret: OpenRequestSecret;
  compactor: Pick<BodyCompactor, 'compact'>;
  userAgent: string;
  hopCounts: Pick<HopCounts, 'write'>;
  /** How often content may go out that comes back each time. */
  maxHops: number;
  /** How long this replica holds a delivery: an attempt must end, and be recorded, within it. */
  leaseMs: number;
  /** Whether a lease that was taken then, by performance.now(), is still its own, as far as it knows. */
  holdsLease: (takenAtMs: number) => boolean;
  /** The database's clock, in ms since 1970: what the deadlines of deliveries are judged by. */
  databaseNowMs: () => number;
  getEndpoint: (endpointId: string) => CatalogEndpoint | undefined;
  /** Called with what should never be thrown: the delivery gets an outcome, and somebody has to mend it. */
  onDefect: (error: unknown, step: AttemptStep, delivery: DueDelivery) => void;
}

/** What an attempt does, in the order in which it does it. */
export type AttemptStep =
  | 'checking it'
  | 'transforming it'
  | 'building and signing the request'
  | 'sending it'
  | 'reading what came of it';

/** Between the end of an attempt and the end of the lease, so that the outcome is written while it still counts. */
const RECORDING_MARGIN_MS = 2_000;

/** The last transformation of a batch begins so long before its request must: less than what the shortest lease leaves. */
const LAST_TRANSFORMATION_MS = 1_000;

/** A delivery that can be sent, with what is to be sent of it. */
interface Ready {
  delivery: DueDelivery;
  content: RequestContent;
}

/**
 * One attempt at a delivery, or at a batch of them: shape, sign, send, and decide what comes next for each.
 *
 * Each delivery gets an outcome, whatever is thrown on the way and however long it takes: by the end of its lease at the
 * latest, so that the outcome still counts. Never rejects.
 */
export async function attemptShipment(context: AttemptContext, shipment: Shipment): Promise<Settled[]> {
  const endpoint = context.getEndpoint(shipment.endpointId);
  const settled = await inTime(context, endpoint, shipment);
  return endpoint?.batching ? setApart(settled) : settled;
}

/** Between the last moment for an outcome and the end of the lease. */
const LAST_RECORDING_MS = 1_000;
/** Timers of one length cost little, however many there are: each is shortened to a multiple of this. */
const TIMER_STEP_MS = 100;

async function inTime(
  context: AttemptContext,
  endpoint: CatalogEndpoint | undefined,
  shipment: Shipment,
): Promise<Settled[]> {
  let timer: NodeJS.Timeout | undefined;
  const leftMs = shipment.deliveries[0].leaseUntilMs - performance.now() - LAST_RECORDING_MS;
  try {
    // Promise.race would make several more promises for each attempt.
    return await new Promise<Settled[]>((resolve, reject) => {
      timer = setTimeout(
        () => reject(new Error('The attempt did not end within its lease')),
        Math.max(1, Math.floor(leftMs / TIMER_STEP_MS) * TIMER_STEP_MS),
      );
      settleShipment(context, endpoint, shipment).then(resolve, reject);
    });
  } catch (error) {
    return shipment.deliveries.map((delivery) => ({
      delivery,
      outcome: failInternally(context, endpoint, delivery, 'sending it', error),
    }));
  } finally {
    clearTimeout(timer);
  }
}

/** An attempt that failed by a defect of ours, which the log tells of: nobody learns of our insides by it. */
function failInternally(
  context: AttemptContext,
  endpoint: CatalogEndpoint | undefined,
  delivery: DueDelivery,
  step: AttemptStep,
  error: unknown,
): Outcome {
  context.onDefect(error, step, delivery);
  const failure = failWith('internal_error', `Hookline failed while ${step}: its log has the cause`);
  const result = unsentResult({ startedAtMs: Date.now(), durationMs: 0 }, failure);
  // With the endpoint's policy, unless it is just that which cannot be used.
  for (const policy of [endpoint?.policy, NO_RETRIES]) {
    if (policy === undefined) continue;
    const about = { policy, version: endpoint?.version ?? 0, deadlineMs: endpoint?.deadlineMs };
    const outcome = decideOutcome(about, delivery, result, Math.random(), context.databaseNowMs());
    if (outcome.delayMs === undefined || Number.isFinite(outcome.delayMs)) return outcome;
  }
  return failedOutcome(delivery, failure);
}

const NO_RETRIES = { maxRetries: 0, retryDelaySeconds: 0, schedule: [] };

/** Nothing of it was sent: it waits as it did before it was claimed. */
export function requeueShipment(
  endpoint: Pick<CatalogEndpoint, 'batching'> | undefined,
  { deliveries }: Shipment,
): Settled[] {
  const settled = deliveries.map((delivery) => ({ delivery, outcome: requeuedOutcome(delivery) }));
  return endpoint?.batching ? setApart(settled) : settled;
}

/** A batch and another that becomes due with it are this much apart at the most. */
const MAX_APART_MS = 100;

/**
 * What a batch leaves open stays due at one moment, and at another than that of any other batch: it is what they are
 * told apart by when they are claimed again (see toShipments). Batches get the same delay by the same `Retry-After`,
 * and when they are put back.
 */
function setApart(settled: readonly Settled[]): Settled[] {
  const apartMs = Math.random() * MAX_APART_MS;
  return settled.map(({ delivery, outcome }) => ({
    delivery,
    outcome: outcome.delayMs === undefined ? outcome : { ...outcome, delayMs: outcome.delayMs + apartMs },
  }));
}

async function settleShipment(
  context: AttemptContext,
  endpoint: CatalogEndpoint | undefined,
  shipment: Shipment,
): Promise<Settled[]> {
  const settled: Settled[] = [];
  const fail = (delivery: DueDelivery, step: AttemptStep, error: unknown) =>
    void settled.push({ delivery, outcome: failInternally(context, endpoint, delivery, step, error) });
  /** Those that can be sent now; the others are settled. */
  const keepSendable = <T extends Pick<Ready, 'delivery'>>(candidates: readonly T[]): T[] =>
    candidates.filter(({ delivery }) => {
      try {
        const outcome = settleUnsent(context, endpoint, delivery);
        if (outcome) settled.push({ delivery, outcome });
        return outcome === undefined;
      } catch (error) {
        fail(delivery, 'checking it', error);
        return false;
      }
    });

  const sendable = keepSendable(shipment.deliveries.map((delivery) => ({ delivery })));
  if (!endpoint || sendable.length === 0) return settled;
  if (endpoint.batching === undefined && sendable.length > 1) {
    // It took batches when they were claimed, and no longer does: each goes by itself, with the next claim.
    return [
      ...settled,
      ...sendable.map(({ delivery }) => ({ delivery, outcome: requeuedOutcome(delivery) })),
    ];
  }

  const shapedOnes: Ready[] = [];
  /** Whether any delivery waited for its transformation: what could be sent before may have become too late. */
  let hasWaited = false;
  const timeoutMs = timeoutOf(context, endpoint);
  const shapeUntilMs =
    shipment.deliveries[0].leaseUntilMs - timeoutMs - RECORDING_MARGIN_MS - LAST_TRANSFORMATION_MS;
  for (const [index, { delivery }] of sendable.entries()) {
    // Hundreds of slow transformations outlast any lease: what is done by then goes, the rest with another claim.
    if (index > 0 && performance.now() > shapeUntilMs) {
      settled.push({ delivery, outcome: requeuedOutcome(delivery) });
      continue;
    }
    try {
      const shaped = shapeRequest(context, endpoint, delivery);
      if (!('then' in shaped)) {
        shapedOnes.push({ delivery, content: shaped.content });
        continue;
      }
      hasWaited = true;
      const transformed = await shaped;
      if (transformed.content) shapedOnes.push({ delivery, content: transformed.content });
      else settled.push({ delivery, outcome: decideUnsent(context, endpoint, delivery, transformed) });
    } catch (error) {
      fail(delivery, 'transforming it', error);
    }
  }
  const ready = hasWaited ? keepSendable(shapedOnes) : shapedOnes;
  const [first] = ready;
  if (!first) return settled;

  let request: ReturnType<typeof buildRequest>;
  try {
    const { eventId: id, eventType: type, traceparent, hops } = first.delivery;
    const message = endpoint.batching
      ? toBatch(endpoint, ready)
      : { id, type, content: first.content, traceparent, hops: [hops] };
    request = buildRequest(context, endpoint, message);
  } catch (error) {
    for (const { delivery } of ready) fail(delivery, 'building and signing the request', error);
    return settled;
  }
  let result: SendResult;
  try {
    result = await context.sender.send(endpoint, {
      ...request,
      partition: first.delivery.tenantId,
      timeoutMs,
    });
  } catch (error) {
    for (const { delivery } of ready) fail(delivery, 'sending it', error);
    return settled;
  }
  if (result.body && ready.length > 1) result.body = result.body.subarray(0, MAX_BODY_OF_A_BATCH_BYTES);
  // Those that fail together are tried again together: one jitter for all.
  const random = Math.random();
  for (const { delivery } of ready) {
    try {
      const outcome = decideOutcome(endpoint, delivery, result, random, context.databaseNowMs());
      // They are alike in all requests to an endpoint, and looked at when one has failed.
      if (outcome.attempt && result.failure)
        outcome.attempt.requestHeaders = showRequestHeaders(request.headers);
      settled.push({ delivery, outcome });
    } catch (error) {
      fail(delivery, 'reading what came of it', error);
    }
  }
  return settled;
}

/** The answer to a batch is kept once for each of its events. */
const MAX_BODY_OF_A_BATCH_BYTES = 1_024;

/** What becomes of a delivery that cannot be sent now; undefined: it can. */
function settleUnsent(
  context: AttemptContext,
  endpoint: CatalogEndpoint | undefined,
  delivery: DueDelivery,
): Outcome | undefined {
  if (!endpoint || endpoint.deleted) return failedOutcome(delivery, failWith('endpoint_deleted'));
  // Due at once, and left alone by the claims until the endpoint is switched on.
  if (!endpoint.active) return requeuedOutcome(delivery);
  // It was set to get requests after this one was claimed without: the next claim brings it.
  if (endpoint.format === 'request' && delivery.request === undefined && !delivery.transformation)
    return requeuedOutcome(delivery);
  if (context.databaseNowMs() > deadlineOf(endpoint, delivery)) {
    const message = 'The deadline of the delivery had passed before it could be sent';
    return failedOutcome(delivery, failWith('deadline_exceeded', message));
  }
  const hops = countHops(delivery.hops);
  if (hops >= context.maxHops) return failedOutcome(delivery, failWith('loop_detected', describeLoop(hops)));
  // Others may have it by now.
  if (!context.holdsLease(delivery.leaseUntilMs - context.leaseMs)) return requeuedOutcome(delivery);
  // It has waited in its lane for so long that the lease is too short for an attempt: it needs a new one.
  const neededMs = timeoutOf(context, endpoint) + RECORDING_MARGIN_MS;
  return delivery.leaseUntilMs - performance.now() < neededMs ? requeuedOutcome(delivery) : undefined;
}

const describeLoop = (hops: number) =>
  `What this event brings has been sent and has come back ${hops} ${hops === 1 ? 'time' : 'times'}, and is not sent again: a receiver posts what it gets to a source of this installation. Find it by the journeys of the events before this one, and end that; if so many rounds are meant, raise DELIVERY_MAX_HOPS and retry`;

function timeoutOf({ leaseMs }: AttemptContext, endpoint: CatalogEndpoint): number {
  return Math.min(endpoint.timeoutMs, leaseMs - 2 * RECORDING_MARGIN_MS);
}

/** Until when a delivery may be tried, in ms since 1970: counted from its receipt, or from when it was sent again by hand. */
function deadlineOf(
  endpoint: Pick<CatalogEndpoint, 'deadlineMs'>,
  delivery: Pick<DueDelivery, 'receivedAt' | 'retriedAt'>,
): number {
  if (endpoint.deadlineMs === undefined) return Number.POSITIVE_INFINITY;
  return Date.parse(delivery.retriedAt ?? delivery.receivedAt) + endpoint.deadlineMs;
}

/** Nothing was sent, and nothing will be. */
export function failedOutcome(delivery: DueDelivery, failure: AttemptFailure): Outcome {
  return {
    ...requeuedOutcome(delivery),
    status: 'failed',
    errorCode: failure.code,
    errorMessage: failure.message,
  };
}

/** A pause for the threads of the sandbox, when more is waiting for them than they can hold. */
const BUSY_DELAY_MS = 1_000;

/** What it means that a transformation gave nothing to send: it dropped the event, or failed, or was not tried. */
function decideUnsent(
  context: Pick<AttemptContext, 'databaseNowMs'>,
  endpoint: CatalogEndpoint,
  delivery: DueDelivery,
  transformed: Transformed,
): Outcome {
  if (transformed.busy) return { ...requeuedOutcome(delivery), delayMs: BUSY_DELAY_MS };
  const outcome = decideOutcome(
    endpoint,
    delivery,
    unsentResult(transformed, transformed.failure),
    Math.random(),
    context.databaseNowMs(),
  );
  if (transformed.dropped && outcome.attempt) outcome.attempt.outcome = 'dropped';
  return outcome;
}

/** Nothing was sent: the delivery waits as it did before it was claimed, due at once. */
export function requeuedOutcome(delivery: DueDelivery): Outcome {
  return {
    eventId: delivery.eventId,
    endpointId: delivery.endpointId,
    tenantId: delivery.tenantId,
    leaseId: delivery.leaseId,
    status: delivery.attempts > delivery.attemptsBefore ? 'retrying' : 'pending',
    delayMs: 0,
    errorCode: undefined,
    errorMessage: undefined,
    endpointVersion: undefined,
    disableReason: undefined,
    attempt: undefined,
  };
}

/**
 * What an attempt's result means for its delivery. Pure.
 * @param databaseMs the database's clock, in ms since 1970: what the deadline is judged by
 */
export function decideOutcome(
  endpoint: Pick<CatalogEndpoint, 'policy' | 'version' | 'deadlineMs'>,
  delivery: Omit<DueDelivery, 'payload' | 'leaseUntilMs' | 'eventType' | 'eventTime'>,
  result: SendResult,
  random: number,
  databaseMs: number,
): Outcome {
  const number = delivery.attempts + 1;
  const wish = readReceiverWish(result.headers?.['webhook-delivery']);
  const isDisabling = wish === 'disable' || result.failure?.code === 'endpoint_gone';
  // A wish says more than the status with which it came; that it had succeeded is not taken back.
  const failure = result.failure && wish ? failWith(WISHES[wish]) : result.failure;

  let status: 'success' | 'retrying' | 'failed' = 'success';
  let delayMs: number | undefined;
  let reason = failure;
  if (failure) {
    if (ATTEMPT_ERRORS[failure.code].isRetryable) {
      // A date is in the receiver's wall time, beside which ours is the nearest.
      const endedAtMs = result.startedAtMs + result.durationMs;
      const retryAfter = parseRetryAfter(result.headers?.['retry-after'], endedAtMs);
      delayMs = nextAttemptDelayMs(endpoint.policy, number - delivery.attemptsBefore, retryAfter, random);
    }
    if (delayMs !== undefined && databaseMs + delayMs > deadlineOf(endpoint, delivery)) {
      delayMs = undefined;
      reason = failWith(
        'deadline_exceeded',
        `${ATTEMPT_ERRORS.deadline_exceeded.text}. Last: ${failure.message}`,
      );
    }
    status = delayMs === undefined ? 'failed' : 'retrying';
  }
  return {
    eventId: delivery.eventId,
    endpointId: delivery.endpointId,
    tenantId: delivery.tenantId,
    leaseId: delivery.leaseId,
    status,
    delayMs,
    errorCode: reason?.code,
    errorMessage: reason?.message,
    endpointVersion: endpoint.version,
    disableReason: isDisabling
      ? ATTEMPT_ERRORS[wish === 'disable' ? 'endpoint_disabled' : 'endpoint_gone'].text
      : undefined,
    attempt: {
      number,
      trigger: delivery.trigger,
      startedAtMs: result.startedAtMs,
      durationMs: result.durationMs,
      firstByteMs: result.firstByteMs,
      connection: result.connection,
      outcome: status === 'success' ? 'success' : status === 'retrying' ? 'retry' : 'failed',
      errorCode: failure?.code,
      errorMessage: failure?.message,
      requestHeaders: undefined,
      responseCode: result.status,
      responseHeaders: result.headers,
      responseBody: result.body,
      responseEnd: result.responseEnd,
    },
  };
}

type ReceiverWish = 'disable' | 'abort-message';

const WISHES = { disable: 'endpoint_disabled', 'abort-message': 'delivery_aborted' } as const;

/** What a receiver asks for in the header `webhook-delivery` of its answer. */
function readReceiverWish(header: string | undefined): ReceiverWish | undefined {
  const words = header?.toLowerCase().split(/[\s,]+/) ?? [];
  if (words.includes('disable')) return 'disable';
  return words.includes('abort-message') ? 'abort-message' : undefined;
}
