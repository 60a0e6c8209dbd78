import { expect, test } from 'vitest';
import { summarizeRejection } from './summarize-rejection.ts';

const at = '2026-03-01T12:03:04.900Z';

test.each([
  [
    { provider: 'github', code: 'invalid_signature', reason: 'Invalid signature', eventId: null },
    'Refused 2026-03-01 12:03:04 UTC from GitHub: Invalid signature',
  ],
  [
    {
      provider: 'gone',
      code: 'payload_too_large',
      reason: 'The body is too large. It has 9 MB.',
      eventId: null,
    },
    'Refused 2026-03-01 12:03:04 UTC from gone: The body is too large. It has 9 MB',
  ],
  [
    { provider: 'stripe', code: 'duplicate', reason: 'A repeat of evt_1: it …', eventId: 'evt_1' },
    'Received again 2026-03-01 12:03:04 UTC from Stripe: a repeat of evt_1, not delivered again',
  ],
  [
    { provider: 'slack', code: 'filtered', reason: 'The source does not want slack.message', eventId: null },
    'Received 2026-03-01 12:03:04 UTC from Slack and not stored: The source does not want slack.message',
  ],
])('%j is told in one sentence', (rejection, sentence) => {
  expect(summarizeRejection({ at, ...rejection })).toBe(sentence);
});
