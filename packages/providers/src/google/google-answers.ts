import type { AnswerRules } from '../connections/judge-answer.ts';

/** The reasons of Google's JSON APIs; most come with 403. */
export const GOOGLE_ANSWERS: AnswerRules = {
  codeAt: ['/error/details/0/reason', '/error/errors/0/reason', '/error/status'],
  codes: {
    ACCESS_TOKEN_SCOPE_INSUFFICIENT: 'missing-scope',
    insufficientPermissions: 'missing-scope',
    authError: 'unauthorized',
    UNAUTHENTICATED: 'unauthorized',
    rateLimitExceeded: 'rate-limited',
    userRateLimitExceeded: 'rate-limited',
    RATE_LIMIT_EXCEEDED: 'rate-limited',
    quotaExceeded: 'quota-exhausted',
    dailyLimitExceeded: 'quota-exhausted',
    backendError: 'failed',
  },
};
