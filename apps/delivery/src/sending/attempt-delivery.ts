import type { CatalogEndpoint } from '../catalog/endpoint-catalog.ts';
import type { DueDelivery } from '../lanes/due-delivery.ts';
import type { Outcome } from '../outcomes/outcome.ts';
import type { Transformed, Transformer } from '../transformations/create-transformer.ts';
import { buildRequest } from './build-request.ts';
import { nextAttemptDelayMs, parseRetryAfter } from './next-attempt.ts';
import type { Sender, SendResult } from './send-request.ts';
import { shapeRequest } from './shape-request.ts';

export interface AttemptContext {
  sender: Sender;
  transformer: Transformer;
  userAgent: string;
  /** How long this replica holds a delivery: an attempt must end, and be recorded, within it. */
  leaseMs: number;
  getEndpoint: (endpointId: string) => CatalogEndpoint | undefined;
}

/** Between the end of an attempt and the end of the lease, so that the outcome is written while it still counts. */
const RECORDING_MARGIN_MS = 2_000;

/** One attempt at a delivery: shape, sign, send, and decide what comes next. */
export async function attemptDelivery(context: AttemptContext, delivery: DueDelivery): Promise<Outcome> {
  const endpoint = context.getEndpoint(delivery.endpointId);
  if (!endpoint || endpoint.deleted) {
    return {
      ...putBack(delivery),
      status: 'failed',
      errorCode: 'endpoint_deleted',
      errorMessage: 'The endpoint was deleted',
    };
  }
  // Due at once, and left alone by the claims until the endpoint is switched on.
  if (!endpoint.active) return putBack(delivery);
  const timeoutMs = Math.min(endpoint.timeoutMs, context.leaseMs - 2 * RECORDING_MARGIN_MS);
  // It has waited in its lane for so long that the lease is too short for an attempt: it needs a new one.
  if (delivery.leaseUntilMs - Date.now() < timeoutMs + RECORDING_MARGIN_MS) return putBack(delivery);

  let shaped = shapeRequest(context.transformer, endpoint, delivery);
  if ('then' in shaped) {
    const transformed = await shaped;
    if (!transformed.content) return decideUnsent(endpoint, delivery, transformed);
    // It may have waited for its turn as well.
    if (delivery.leaseUntilMs - Date.now() < timeoutMs + RECORDING_MARGIN_MS) return putBack(delivery);
    shaped = { content: transformed.content };
  }
  const result = await context.sender.send({
    ...buildRequest(context.userAgent, endpoint, delivery, shaped.content),
    timeoutMs,
  });
  return decideOutcome(endpoint, delivery, result, Math.random());
}

/** A pause for the threads of the sandbox, when more is waiting for them than they can hold. */
const BUSY_DELAY_MS = 1_000;

/** What it means that a transformation gave nothing to send: it dropped the event, or failed, or was not tried. */
function decideUnsent(endpoint: CatalogEndpoint, delivery: DueDelivery, transformed: Transformed): Outcome {
  if (transformed.busy) return { ...putBack(delivery), delayMs: BUSY_DELAY_MS };
  const outcome = decideOutcome(
    endpoint,
    delivery,
    {
      startedAtMs: transformed.startedAtMs,
      durationMs: transformed.durationMs,
      firstByteMs: undefined,
      status: undefined,
      headers: undefined,
      body: undefined,
      failure: transformed.failure,
    },
    Math.random(),
  );
  if (transformed.dropped && outcome.attempt) outcome.attempt.outcome = 'dropped';
  return outcome;
}

/** Nothing was sent: the delivery waits as it did before it was claimed, due at once. */
export function putBack(delivery: DueDelivery): Outcome {
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
    attempt: undefined,
  };
}

/** What an attempt's result means for its delivery. Pure. */
export function decideOutcome(
  endpoint: Pick<CatalogEndpoint, 'policy' | 'version'>,
  delivery: Pick<
    DueDelivery,
    'eventId' | 'endpointId' | 'tenantId' | 'leaseId' | 'attempts' | 'attemptsBefore' | 'trigger'
  >,
  result: SendResult,
  random: number,
): Outcome {
  const number = delivery.attempts + 1;
  const { failure } = result;
  let status: 'success' | 'retrying' | 'failed' = 'success';
  let delayMs: number | undefined;
  if (failure) {
    const retryAfter = parseRetryAfter(
      result.headers?.['retry-after'],
      result.startedAtMs + result.durationMs,
    );
    delayMs =
      failure.code === 'endpoint_gone'
        ? undefined
        : nextAttemptDelayMs(endpoint.policy, number - delivery.attemptsBefore, retryAfter, random);
    status = delayMs === undefined ? 'failed' : 'retrying';
  }
  return {
    eventId: delivery.eventId,
    endpointId: delivery.endpointId,
    tenantId: delivery.tenantId,
    leaseId: delivery.leaseId,
    status,
    delayMs,
    errorCode: failure?.code,
    errorMessage: failure?.message,
    endpointVersion: endpoint.version,
    attempt: {
      number,
      trigger: delivery.trigger,
      startedAtMs: result.startedAtMs,
      durationMs: result.durationMs,
      firstByteMs: result.firstByteMs,
      outcome: status === 'success' ? 'success' : status === 'retrying' ? 'retry' : 'failed',
      responseCode: result.status,
      responseHeaders: result.headers,
      responseBody: result.body,
    },
  };
}
