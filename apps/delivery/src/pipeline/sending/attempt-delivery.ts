import { countNouns } from '@hookline/contracts';
import { countHops, type HopCounts, type Span, type Tracing } from '@hookline/service';
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
import { buildRequest, type Message, toBatch } from './build-request.ts';
import { nextAttemptDelayMs, parseRetryAfter } from './next-attempt.ts';
import type { OpenRequestSecret } from './provider-request.ts';
import type { OutgoingRequest, SendResult } from './send-request.ts';
import { shapeRequest } from './shape-request.ts';
import { endAttemptSpan, startAttemptSpan } from './trace-attempt.ts';
import { unsentResult } from './unsent-result.ts';

export interface AttemptContext {
  sender: AuthorizedSender;
  transformer: Transformer;
  openRequestSecret: OpenRequestSecret;
  compactor: Pick<BodyCompactor, 'compact'>;
  userAgent: string;
  hopCounts: Pick<HopCounts, 'write'>;
  /** How many hops an event may have. */
  maxHops: number;
  /** The length of a lease: an attempt must end, and be recorded, within it. */
  leaseMs: number;
  /** Whether this replica still holds a lease that it took at the given time (by performance.now()), as far as it knows. */
  holdsLease: (takenAtMs: number) => boolean;
  /** The database's clock, in ms since 1970, by which the deadlines of deliveries are checked. */
  databaseNowMs: () => number;
  getEndpoint: (endpointId: string) => CatalogEndpoint | undefined;
  /** Undefined: attempts have no spans. */
  tracing?: Tracing | undefined;
  /** Reports an unexpected error. The delivery gets an outcome all the same. */
  onDefect: (error: unknown, step: AttemptStep, delivery: DueDelivery) => void;
}

/** The steps of an attempt, in their order. */
export type AttemptStep =
  | 'checking it'
  | 'transforming it'
  | 'building and signing the request'
  | 'sending it'
  | 'reading what came of it';

/** Between the end of an attempt and the end of its lease, so that the outcome is written under the lease. */
const RECORDING_MARGIN_MS = 2_000;

/** The last transformation of a batch begins so long before the last moment for its request. */
const LAST_TRANSFORMATION_MS = 1_000;

/** A delivery that can be sent, with its content. */
interface Ready {
  delivery: DueDelivery;
  content: RequestContent;
}

/**
 * Makes one attempt at a delivery or a batch: builds, signs and sends the request, and decides the outcome of each.
 *
 * Each delivery gets an outcome before its lease ends, whatever is thrown and however long it takes. Never rejects.
 */
export async function attemptShipment(context: AttemptContext, shipment: Shipment): Promise<Settled[]> {
  const endpoint = context.getEndpoint(shipment.endpointId);
  const leftMs = shipment.deliveries[0].leaseUntilMs - performance.now() - LAST_RECORDING_MS;
  let settled: Settled[];
  try {
    settled = await inTime(leftMs, settleShipment(context, endpoint, shipment));
  } catch (error) {
    settled = shipment.deliveries.map((delivery) => ({
      delivery,
      outcome: failInternally(context, endpoint, delivery, 'sending it', error),
    }));
  }
  return endpoint?.batching ? setApart(settled) : settled;
}

/** Between the last moment for an outcome and the end of the lease. */
const LAST_RECORDING_MS = 1_000;
/** Timers of equal length cost little, however many there are: each is shortened to a multiple of this. */
const TIMER_STEP_MS = 100;

/** The promise itself, which rejects if it is not settled when `leftMs` have passed. */
function inTime<T>(leftMs: number, settling: Promise<T>): Promise<T> {
  // Promise.race and `finally` would make several more promises for each attempt.
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error('The attempt did not end within its lease')),
      Math.max(1, Math.floor(leftMs / TIMER_STEP_MS) * TIMER_STEP_MS),
    );
    settling.then(
      (value) => {
        clearTimeout(timer);
        resolve(value);
      },
      (error) => {
        clearTimeout(timer);
        reject(error);
      },
    );
  });
}

/** The outcome of an attempt that failed by a defect of Hookline. The details are in the log alone. */
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
  // By the endpoint's policy, unless the policy is what failed.
  for (const policy of [endpoint?.policy, NO_RETRIES]) {
    if (policy === undefined) continue;
    const about = { policy, version: endpoint?.version ?? 0, deadlineMs: endpoint?.deadlineMs };
    const outcome = decideOutcome(about, delivery, result, Math.random(), context.databaseNowMs());
    if (outcome.delayMs === undefined || Number.isFinite(outcome.delayMs)) return outcome;
  }
  return failedOutcome(delivery, failure);
}

const NO_RETRIES = { maxRetries: 0, retryDelaySeconds: 0, schedule: [] };

/** The outcomes of a shipment that was not sent: its deliveries wait as they did before the claim. */
export function requeueShipment(
  endpoint: Pick<CatalogEndpoint, 'batching'> | undefined,
  { deliveries }: Shipment,
): Settled[] {
  const settled = deliveries.map((delivery) => ({ delivery, outcome: requeuedOutcome(delivery) }));
  return endpoint?.batching ? setApart(settled) : settled;
}

/** The largest random distance between two batches that would be due at the same time. */
const MAX_APART_MS = 100;

/**
 * Makes the open deliveries of a batch due at one moment that no other batch has: toShipments tells batches apart by
 * it. Without this, batches with the same `Retry-After`, or requeued batches, would be due at the same moment.
 */
function setApart(settled: readonly Settled[]): Settled[] {
  const apartMs = Math.random() * MAX_APART_MS;
  return settled.map(({ delivery, outcome }) => ({
    delivery,
    outcome: outcome.delayMs === undefined ? outcome : { ...outcome, delayMs: outcome.delayMs + apartMs },
  }));
}

/**
 * The outcomes of a shipment. Most shipments wait for nothing but the answer: whatever needs no `await` is in functions
 * of its own, because an async function keeps all its variables in memory while it waits.
 */
async function settleShipment(
  context: AttemptContext,
  endpoint: CatalogEndpoint | undefined,
  shipment: Shipment,
): Promise<Settled[]> {
  const settlement: Settlement = { context, endpoint, settled: [] };
  const { settled } = settlement;
  const sendable = shipment.deliveries.filter((delivery) => isSendable(settlement, delivery));
  if (!endpoint || sendable.length === 0) return settled;
  if (endpoint.batching === undefined && sendable.length > 1) {
    // The endpoint took batches at the claim, and does not any more: the next claim sends each delivery alone.
    for (const delivery of sendable) settled.push({ delivery, outcome: requeuedOutcome(delivery) });
    return settled;
  }

  const timeoutMs = timeoutOf(context, endpoint);
  const shapeUntilMs =
    shipment.deliveries[0].leaseUntilMs - timeoutMs - RECORDING_MARGIN_MS - LAST_TRANSFORMATION_MS;
  const shaping = shapeAll(settlement, endpoint, sendable, shapeUntilMs);
  // After a wait some may be too late.
  const ready =
    shaping instanceof Promise
      ? (await shaping).filter(({ delivery }) => isSendable(settlement, delivery))
      : shaping;
  const [first] = ready;
  if (!first) return settled;

  const span =
    context.tracing &&
    startAttemptSpan(context.tracing, endpoint, [
      first.delivery,
      ...ready.slice(1).map(({ delivery }) => delivery),
    ]);
  let step: AttemptStep = 'building and signing the request';
  let request: ReturnType<typeof buildRequest>;
  let result: SendResult;
  try {
    request = buildRequest(context, endpoint, toMessage(endpoint, first, ready, span));
    step = 'sending it';
    const { tenantId: partition } = first.delivery;
    result = await context.sender.send(endpoint, { ...request, partition, timeoutMs });
  } catch (error) {
    if (span) endAttemptSpan(span, INTERNAL_ERROR);
    for (const { delivery } of ready) fail(settlement, delivery, step, error);
    return settled;
  }
  if (span) endAttemptSpan(span, result);
  decideAll(settlement, endpoint, ready, request.headers, result);
  return settled;
}

/** An attempt that is being settled. */
interface Settlement {
  context: AttemptContext;
  endpoint: CatalogEndpoint | undefined;
  /** The deliveries that have an outcome. */
  settled: Settled[];
}

function fail(
  { context, endpoint, settled }: Settlement,
  delivery: DueDelivery,
  step: AttemptStep,
  error: unknown,
): undefined {
  settled.push({ delivery, outcome: failInternally(context, endpoint, delivery, step, error) });
}

/** Whether a delivery can be sent now; if not, it is settled. */
function isSendable(settlement: Settlement, delivery: DueDelivery): boolean {
  const { context, endpoint, settled } = settlement;
  try {
    const outcome = settleUnsent(context, endpoint, delivery);
    if (outcome) settled.push({ delivery, outcome });
    return outcome === undefined;
  } catch (error) {
    fail(settlement, delivery, 'checking it', error);
    return false;
  }
}

/**
 * The deliveries with their contents; the others are settled. A promise only for a batch, or where a delivery has to wait
 * for its content.
 */
function shapeAll(
  settlement: Settlement,
  endpoint: CatalogEndpoint,
  deliveries: readonly DueDelivery[],
  untilMs: number,
): Ready[] | Promise<Ready[]> {
  const [only, ...others] = deliveries;
  if (!only || others.length > 0) return shapeInTurn(settlement, endpoint, deliveries, untilMs);
  const shaped = shape(settlement, endpoint, only);
  return shaped instanceof Promise ? shaped.then(toList) : toList(shaped);
}

const toList = (ready: Ready | undefined): Ready[] => (ready === undefined ? [] : [ready]);

async function shapeInTurn(
  settlement: Settlement,
  endpoint: CatalogEndpoint,
  deliveries: readonly DueDelivery[],
  untilMs: number,
): Promise<Ready[]> {
  const all: Ready[] = [];
  for (const [index, delivery] of deliveries.entries()) {
    // Hundreds of slow transformations outlast any lease: the finished ones are sent, the others with the next claim.
    if (index > 0 && performance.now() > untilMs) {
      settlement.settled.push({ delivery, outcome: requeuedOutcome(delivery) });
      continue;
    }
    const shaped = shape(settlement, endpoint, delivery);
    const ready = shaped instanceof Promise ? await shaped : shaped;
    if (ready) all.push(ready);
  }
  return all;
}

/** A delivery with its content; undefined: it is settled. */
function shape(
  settlement: Settlement,
  endpoint: CatalogEndpoint,
  delivery: DueDelivery,
): Ready | undefined | Promise<Ready | undefined> {
  try {
    const shaped = shapeRequest(settlement.context, endpoint, delivery);
    if ('then' in shaped) return whenTransformed(settlement, endpoint, delivery, shaped);
    return { delivery, content: shaped.content };
  } catch (error) {
    return fail(settlement, delivery, 'transforming it', error);
  }
}

async function whenTransformed(
  settlement: Settlement,
  endpoint: CatalogEndpoint,
  delivery: DueDelivery,
  transforming: Promise<Transformed>,
): Promise<Ready | undefined> {
  try {
    const transformed = await transforming;
    if (transformed.content) return { delivery, content: transformed.content };
    const outcome = decideUnsent(settlement.context, endpoint, delivery, transformed);
    settlement.settled.push({ delivery, outcome });
    return undefined;
  } catch (error) {
    return fail(settlement, delivery, 'transforming it', error);
  }
}

function toMessage(
  endpoint: CatalogEndpoint,
  { delivery, content }: Ready,
  ready: readonly Ready[],
  span: Span | undefined,
): Message {
  const { eventId: id, eventType: type, traceparent, hops } = delivery;
  const message: Message = endpoint.batching
    ? toBatch(endpoint, ready)
    : { id, type, content, traceparent, hops: [hops] };
  if (span) message.traceparent = span.traceparent;
  return message;
}

/** Decides the outcomes of the deliveries that were sent together. */
function decideAll(
  settlement: Settlement,
  endpoint: CatalogEndpoint,
  ready: readonly Ready[],
  requestHeaders: OutgoingRequest['headers'],
  result: SendResult,
): void {
  const { context, settled } = settlement;
  if (result.body && ready.length > 1) result.body = result.body.subarray(0, MAX_BODY_OF_A_BATCH_BYTES);
  // Deliveries that failed together are retried together: one jitter for all.
  const random = Math.random();
  for (const { delivery } of ready) {
    try {
      const outcome = decideOutcome(endpoint, delivery, result, random, context.databaseNowMs());
      // The headers are alike in all requests to an endpoint, so they are recorded for failed ones only.
      if (outcome.attempt && result.failure)
        outcome.attempt.requestHeaders = showRequestHeaders(requestHeaders);
      settled.push({ delivery, outcome });
    } catch (error) {
      fail(settlement, delivery, 'reading what came of it', error);
    }
  }
}

const INTERNAL_ERROR = { status: undefined, failure: failWith('internal_error') };

/** The answer to a batch is recorded once for each of its events. */
const MAX_BODY_OF_A_BATCH_BYTES = 1_024;

/** The outcome of a delivery that cannot be sent now; undefined: it can. */
function settleUnsent(
  context: AttemptContext,
  endpoint: CatalogEndpoint | undefined,
  delivery: DueDelivery,
): Outcome | undefined {
  if (!endpoint || endpoint.deleted) return failedOutcome(delivery, failWith('endpoint_deleted'));
  // Due at once, but not claimed until the endpoint is switched on.
  if (!endpoint.active) return requeuedOutcome(delivery);
  // The endpoint's format became `request` after the claim: the next claim brings the request.
  if (endpoint.format === 'request' && delivery.request === undefined && !delivery.transformation)
    return requeuedOutcome(delivery);
  if (context.databaseNowMs() > deadlineOf(endpoint, delivery)) {
    const message = 'The deadline of the delivery passed before it could be sent';
    return failedOutcome(delivery, failWith('deadline_exceeded', message));
  }
  const hops = countHops(delivery.hops);
  if (hops >= context.maxHops) return failedOutcome(delivery, failWith('loop_detected', describeLoop(hops)));
  // Another replica may hold the delivery by now.
  if (!context.holdsLease(delivery.leaseUntilMs - context.leaseMs)) return requeuedOutcome(delivery);
  // It waited in its lane for so long that the rest of its lease is too short for an attempt.
  const neededMs = timeoutOf(context, endpoint) + RECORDING_MARGIN_MS;
  return delivery.leaseUntilMs - performance.now() < neededMs ? requeuedOutcome(delivery) : undefined;
}

const describeLoop = (hops: number) =>
  `The content of this event was sent and came back ${countNouns(hops, 'time')}, so it is not sent again: a receiver posts events back to a source of this installation. Find the receiver in the journeys of the earlier events, and stop it. If so many hops are intended, raise DELIVERY_MAX_HOPS and retry`;

function timeoutOf({ leaseMs }: AttemptContext, endpoint: CatalogEndpoint): number {
  return Math.min(endpoint.timeoutMs, leaseMs - 2 * RECORDING_MARGIN_MS);
}

/** The deadline of a delivery, in ms since 1970, counted from its receipt or from its last manual retry. */
function deadlineOf(
  endpoint: Pick<CatalogEndpoint, 'deadlineMs'>,
  delivery: Pick<DueDelivery, 'receivedAt' | 'retriedAt'>,
): number {
  if (endpoint.deadlineMs === undefined) return Number.POSITIVE_INFINITY;
  return Date.parse(delivery.retriedAt ?? delivery.receivedAt) + endpoint.deadlineMs;
}

/** Nothing was sent, and the delivery gives up. */
export function failedOutcome(delivery: DueDelivery, failure: AttemptFailure): Outcome {
  return {
    ...requeuedOutcome(delivery),
    status: 'failed',
    errorCode: failure.code,
    errorMessage: failure.message,
  };
}

/** The delay of a delivery for whose transformation no thread was free. */
const BUSY_DELAY_MS = 1_000;

/** The outcome of a transformation without output: it dropped the event, failed, or was not run. */
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

/** Nothing was sent: the delivery waits as it did before the claim, due at once. */
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
 * Decides the outcome of a delivery by the result of its attempt. Pure.
 * @param databaseMs the database's clock, in ms since 1970, by which the deadline is checked
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
  // The receiver's wish decides before the status, but does not undo a success.
  const failure = result.failure && wish ? failWith(WISHES[wish]) : result.failure;

  let status: 'success' | 'retrying' | 'failed' = 'success';
  let delayMs: number | undefined;
  let reason = failure;
  if (failure) {
    if (isBarred(endpoint.policy, failure, result.status)) {
      reason = failWith(failure.code, `${failure.message}, which this endpoint does not retry`);
    } else if (ATTEMPT_ERRORS[failure.code].isRetryable) {
      // A date is by the receiver's wall clock; this machine's wall clock is the nearest to it.
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

/** Whether the endpoint's rules about statuses keep a failure from being retried. */
function isBarred(
  { rule }: CatalogEndpoint['policy'],
  { code }: AttemptFailure,
  status: number | undefined,
): boolean {
  const isAboutStatus = code === 'http_error' || code === 'redirect';
  return isAboutStatus && status !== undefined && rule !== undefined && !rule(status);
}

type ReceiverWish = 'disable' | 'abort-message';

const WISHES = { disable: 'endpoint_disabled', 'abort-message': 'delivery_aborted' } as const;

/** The receiver's wish, from the header `webhook-delivery` of its answer. */
function readReceiverWish(header: string | undefined): ReceiverWish | undefined {
  const words = header?.toLowerCase().split(/[\s,]+/) ?? [];
  if (words.includes('disable')) return 'disable';
  return words.includes('abort-message') ? 'abort-message' : undefined;
}
