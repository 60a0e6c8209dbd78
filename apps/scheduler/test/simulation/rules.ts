import { judgeAnswer } from '@hookline/providers';
import { afterError, afterVerdict } from '../../src/polls/after-failure.ts';
import { definePoll } from '../../src/polls/ensure-polls.ts';
import { createBreaker } from '../../src/provider-api/breaker.ts';
import { chargeOf, shareOf } from '../../src/provider-api/charge-of.ts';
import { quotaGroupsOf } from '../../src/provider-api/quota-groups-of.ts';
import { catchUpAt } from '../../src/tasks/catch-up.ts';
import { governStretch } from '../../src/tasks/govern.ts';
import { phaseOfTask } from '../../src/tasks/grid.ts';
import { nextDueMs, retrySeconds } from '../../src/tasks/next-due.ts';
import { classifyFailure } from '../../src/tokens/classify-failure.ts';
import { secondsUntilLateRefresh, secondsUntilRefresh } from '../../src/tokens/refresh-due.ts';
import { planAfter } from '../../src/tokens/settle-refresh.ts';
import { decideAction } from '../../src/watches/decide-action.ts';
import { planAfterFailure } from '../../src/watches/plan-after-failure.ts';

/** The decisions of the scheduler, from its own source. A test may replace one by a broken one. */
export const PRODUCT_RULES = {
  phaseOfTask,
  nextDueMs,
  catchUpAt,
  retrySeconds,
  governStretch,
  secondsUntilRefresh,
  secondsUntilLateRefresh,
  planAfter,
  classifyFailure,
  afterVerdict,
  afterError,
  createBreaker,
  shareOf,
  chargeOf,
  quotaGroupsOf,
  definePoll,
  judgeAnswer,
  decideAction,
  planAfterWatchFailure: planAfterFailure,
};

export type Rules = typeof PRODUCT_RULES;
