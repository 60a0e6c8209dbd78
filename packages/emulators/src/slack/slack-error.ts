import { Answer } from '../core/answer.ts';

/** Slack answers failures of its methods with status 200. */
export function slackError(error: string, more: Readonly<Record<string, unknown>> = {}): Answer {
  return new Answer(200, { ok: false, error, ...more });
}

export function rateLimited(seconds: number): Answer {
  return new Answer(
    429,
    { ok: false, error: 'ratelimited' },
    { 'retry-after': String(Math.max(1, Math.ceil(seconds))) },
  );
}
