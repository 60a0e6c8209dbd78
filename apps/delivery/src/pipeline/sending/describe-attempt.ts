import { deliveryId } from '@hookline/contracts';
import type { RetryPolicy } from '../../endpoints/catalog/retry-policy.ts';
import type { Settled } from '../delivery/settled.ts';

/**
 * The fields of the log line of an attempt: ids, numbers and codes alone. Error messages are left out,
 * because a transformation or a receiver may have put parts of a payload into them. Pure.
 * @param policy of the endpoint; undefined once it is deleted
 * @param nowMs since 1970
 */
export function describeAttempt(
  { outcome, delivery }: Settled,
  policy: RetryPolicy | undefined,
  nowMs: number,
): object {
  const { attempt, delayMs } = outcome;
  const retries = policy?.schedule ? policy.schedule.length : policy?.maxRetries;
  return {
    tenant: delivery.tenantId,
    webhookId: delivery.endpointId,
    type: delivery.eventType,
    eventId: delivery.eventId,
    deliveryId: deliveryId(delivery.eventId, delivery.endpointId),
    attempt: attempt?.number ?? delivery.attempts,
    // A manual retry starts the policy again.
    maxAttempts: retries === undefined ? undefined : delivery.attemptsBefore + retries + 1,
    status: attempt?.responseCode,
    ms: attempt && Math.round(attempt.durationMs),
    decision: decisionOf({ outcome, delivery }),
    retryAt: delayMs === undefined ? undefined : new Date(nowMs + delayMs).toISOString(),
    reason: outcome.errorCode,
  };
}

function decisionOf({ outcome }: Settled): 'delivered' | 'dropped' | 'retry' | 'dead' {
  if (outcome.status === 'failed') return 'dead';
  if (outcome.status !== 'success') return 'retry';
  return outcome.attempt?.outcome === 'dropped' ? 'dropped' : 'delivered';
}
