import { createSampledLog, type Logger } from '@hookline/service';
import type { CatalogEndpoint } from '../../endpoints/catalog/endpoint-catalog.ts';
import type { Settled } from '../delivery/settled.ts';
import { describeAttempt } from './describe-attempt.ts';

/**
 * Logs one line at level info for each attempt, and for each delivery that gives up without one; none for a requeued
 * delivery. Failures are sampled apart from successes, so that a flood of successes hides none of them.
 */
export function createAttemptLog(
  logger: Logger,
  getEndpoint: (endpointId: string) => Pick<CatalogEndpoint, 'policy'> | undefined,
): (settled: Settled) => void {
  const delivered = createSampledLog(logger, 'delivery.attempted, delivered');
  const failed = createSampledLog(logger, 'delivery.attempted, failed');
  return (settled) => {
    const { outcome, delivery } = settled;
    if (!outcome.attempt && outcome.status !== 'failed') return;
    const log = outcome.status === 'success' ? delivered : failed;
    log.write(
      () => describeAttempt(settled, getEndpoint(delivery.endpointId)?.policy, Date.now()),
      'delivery.attempted',
    );
  };
}
