import { randomUUID } from 'node:crypto';
import { ALERT_TYPES } from '@hookline/contracts';
import { Counter, createLoopWorker, type Logger, type LoopWorker, type Registry } from '@hookline/service';
import {
  claimAlertEvaluation,
  ensureAlertEvaluations,
  finishAlertEvaluation,
} from '../../sql/claim-alert-evaluation.ts';
import { type Evaluation, evaluateRules } from './evaluate-rules.ts';

export interface EvaluatorOptions
  extends Pick<Evaluation, 'database' | 'upstreams' | 'internalToken' | 'publicUrl'> {
  /** How often the rules of a kind are checked. */
  intervalMs: number;
  metrics: Registry;
  logger: Logger;
  /** Called when there are notifications to send. */
  onNotifications: () => void;
}

/** Looks in an interval while nothing is due: another replica may have claimed a kind, and may end. */
const IDLE_LOOKS = 10;
const LEASE_MS = 60_000;
/** Of reading facts. It ends before the lease does. */
const WITHIN_MS = 45_000;

/** Checks the rules of all kinds, each kind on one replica at a time. */
export function createEvaluator(options: EvaluatorOptions): LoopWorker {
  const { database, logger, intervalMs, metrics } = options;
  const evaluations = new Counter({
    name: 'hookline_alert_evaluations_total',
    help: 'Checks of all rules of a kind, by result: done, or failed because a service did not answer',
    labelNames: ['kind', 'result'],
    registers: [metrics],
  });
  let areEnsured = false;

  return createLoopWorker({
    name: 'alert rules',
    async work(signal) {
      if (!areEnsured) {
        await ensureAlertEvaluations(database, ALERT_TYPES);
        areEnsured = true;
      }
      const leaseId = randomUUID();
      const kind = await claimAlertEvaluation(database, { leaseId, leaseMs: LEASE_MS });
      if (kind === undefined) return intervalMs / IDLE_LOOKS;
      try {
        const notifications = await evaluateRules({
          ...options,
          kind,
          leaseId,
          leaseMs: LEASE_MS,
          signal: AbortSignal.any([signal, AbortSignal.timeout(WITHIN_MS)]),
        });
        evaluations.inc({ kind, result: 'done' });
        if (notifications > 0) options.onNotifications();
      } catch (error) {
        evaluations.inc({ kind, result: 'failed' });
        if (!signal.aborted)
          logger.warn({ err: error, kind }, 'the alert rules of a kind could not be checked; trying again');
      } finally {
        await finishAlertEvaluation(database, { kind, leaseId, intervalMs });
      }
      return 0;
    },
    onError: (error) => logger.warn({ err: error }, 'alert rules could not be checked; trying again'),
    pauseAfterErrorMs: intervalMs,
  });
}
