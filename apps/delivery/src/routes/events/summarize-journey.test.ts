import { expect, test } from 'vitest';
import { type DeliveryFacts, type JourneyFacts, summarizeJourney } from './summarize-journey.ts';

const NOW = Date.parse('2026-03-01T13:00:00Z');
const AT = new Date('2026-03-01T12:03:04.900Z');

const delivery = (overrides: Partial<DeliveryFacts> = {}): DeliveryFacts => ({
  status: 'success',
  attempts: 1,
  lastMs: 41,
  isDropped: false,
  responseCode: null,
  errorCode: null,
  nextAttemptAtMs: undefined,
  waitsFor: null,
  parkedBy: null,
  byRequest: undefined,
  before: undefined,
  ...overrides,
});
const retrying = delivery({ status: 'retrying', responseCode: 503, nextAttemptAtMs: NOW + 56_000 });
const pending = delivery({ status: 'pending', attempts: 0, lastMs: undefined });
const github: JourneyFacts['event'] = {
  type: 'github.push',
  via: 'webhook',
  provider: 'github',
  receivedAt: AT,
  control: null,
};

/** An event that one endpoint of two got. */
const journey = (
  deliveries: DeliveryFacts[] = [],
  facts: Partial<Omit<JourneyFacts, 'event'>> & { event?: Partial<JourneyFacts['event']> } = {},
): JourneyFacts => ({
  matched: deliveries.length,
  unmatched: 1,
  off: 0,
  notMeant: 0,
  deliveries,
  ...facts,
  event: { ...github, ...facts.event },
});

const PARKED = { key: '42', deliveryId: 'dlv_1_2', since: '2026-03-01T11:00:00.000Z' };
const RECEIVED = 'Received 12:03:04 UTC from GitHub, signature right';
const MATCHED = `${RECEIVED}, matched 1 of 2 endpoints`;

test.each<[state: string, JourneyFacts, sentence: string]>([
  ['no endpoint', journey([], { unmatched: 0 }), `${RECEIVED}; there was no endpoint to send it to`],
  ['the only endpoint did not match', journey(), `${RECEIVED}; the only endpoint did not match`],
  ['the only endpoint was off', journey([], { off: 1 }), `${RECEIVED}; the only endpoint was switched off`],
  ['none matched', journey([], { unmatched: 7 }), `${RECEIVED}; none of 7 endpoints matched`],
  [
    'none matched, some off',
    journey([], { unmatched: 7, off: 2 }),
    `${RECEIVED}; none of 7 endpoints matched, two of them switched off`,
  ],
  ['all off', journey([], { unmatched: 3, off: 3 }), `${RECEIVED}; all 3 endpoints were switched off`],
  [
    'the only endpoint',
    journey([delivery()], { unmatched: 0 }),
    `${RECEIVED}, matched the only endpoint: delivered in 41 ms`,
  ],
  ['delivered', journey([delivery()]), `${MATCHED}: delivered in 41 ms`],
  [
    'delivered by a retry',
    journey([delivery({ attempts: 3, lastMs: 1_240 })]),
    `${MATCHED}: delivered in 1.2 s at its third attempt`,
  ],
  [
    'several delivered',
    journey([delivery(), delivery({ lastMs: 7 }), delivery({ lastMs: 12_000 })]),
    `${RECEIVED}, matched 3 of 4 endpoints: three delivered in 7 ms to 12 s`,
  ],
  [
    'one delivered, one waits',
    journey([retrying, delivery()], { unmatched: 3 }),
    `${RECEIVED}, matched 2 of 5 endpoints: one delivered in 41 ms, one waits for its second attempt in 56 s after 503`,
  ],
  [
    'retry after a network error, and due',
    journey([
      delivery({ ...retrying, responseCode: null, errorCode: 'timeout', nextAttemptAtMs: NOW - 5_000 }),
    ]),
    `${MATCHED}: waits for its second attempt in 0 ms after timeout`,
  ],
  [
    'many retries',
    journey([delivery({ ...retrying, attempts: 20, nextAttemptAtMs: NOW + 3 * 3_600_000 })]),
    `${MATCHED}: waits for attempt 21 in 3 h after 503`,
  ],
  [
    'several wait',
    journey([retrying, delivery({ ...retrying, nextAttemptAtMs: NOW + 240_000 })]),
    `${RECEIVED}, matched 2 of 3 endpoints: two wait for another attempt, the next one in 56 s`,
  ],
  ['pending', journey([pending]), `${MATCHED}: waits to be sent`],
  ['sending', journey([delivery({ ...pending, status: 'sending' })]), `${MATCHED}: is being sent`],
  [
    'endpoint off',
    journey([delivery({ ...pending, waitsFor: 'endpoint' })]),
    `${MATCHED}: is held, because the endpoint is switched off`,
  ],
  [
    'queue paused',
    journey([delivery({ ...retrying, waitsFor: 'queue' })]),
    `${MATCHED}: is held, because sending is paused`,
  ],
  [
    'held by an ordering key',
    journey([delivery({ ...pending, waitsFor: 'ordering' }), delivery({ ...pending, waitsFor: 'ordering' })]),
    `${RECEIVED}, matched 2 of 3 endpoints: two wait for earlier events with the same ordering key`,
  ],
  [
    'parked',
    journey([delivery({ ...pending, waitsFor: 'ordering', parkedBy: PARKED })]),
    `${MATCHED}: is parked: the ordering key "42" is blocked by dlv_1_2 since 11:00:00 UTC`,
  ],
  [
    'several parked, and one behind another that is being sent',
    journey([
      delivery({ ...pending, waitsFor: 'ordering', parkedBy: PARKED }),
      delivery({ ...pending, waitsFor: 'ordering', parkedBy: PARKED }),
      delivery({ ...pending, waitsFor: 'ordering' }),
    ]),
    `${RECEIVED}, matched 3 of 4 endpoints: two are parked behind deliveries that gave up, one waits for earlier events with the same ordering key`,
  ],
  [
    'receiver away',
    journey([delivery({ ...pending, waitsFor: 'receiver' })]),
    `${MATCHED}: waits until the receiver is available again`,
  ],
  [
    'limited',
    journey([delivery({ ...pending, waitsFor: 'limit' })]),
    `${MATCHED}: waits, because the rate is limited`,
  ],
  [
    'dead letter',
    journey([delivery({ status: 'failed', attempts: 4, responseCode: 500, errorCode: 'http_error' })]),
    `${MATCHED}: gave up after four attempts: 500`,
  ],
  [
    'dead at once',
    journey([delivery({ status: 'failed', errorCode: 'loop_detected' })]),
    `${MATCHED}: gave up after one attempt: loop_detected`,
  ],
  [
    'several dead letters',
    journey([delivery({ status: 'failed' }), delivery({ status: 'failed' }), delivery()]),
    `${RECEIVED}, matched 3 of 4 endpoints: one delivered in 41 ms, two gave up`,
  ],
  ['discarded', journey([delivery({ status: 'discarded' })]), `${MATCHED}: discarded`],
  ['dropped', journey([delivery({ isDropped: true })]), `${MATCHED}: dropped by the transformation`],
  [
    'replayed after it was delivered',
    journey([delivery({ attempts: 2, before: 'delivered' })]),
    `${MATCHED}: delivered again in 41 ms at its second attempt`,
  ],
  [
    'replayed after a dead letter',
    journey([delivery({ attempts: 2, before: 'attempted' })]),
    `${MATCHED}: delivered in 41 ms at its second attempt, after it was sent again`,
  ],
  [
    'replay under way',
    journey([delivery({ ...pending, attempts: 1, before: 'attempted' })]),
    `${MATCHED}: waits to be sent again`,
  ],
  [
    'replay of all',
    journey([
      delivery({ attempts: 2, before: 'delivered' }),
      delivery({ attempts: 2, before: 'delivered' }),
      delivery({ attempts: 4, before: 'attempted' }),
    ]),
    `${RECEIVED}, matched 3 of 4 endpoints: three delivered in 41 ms, two of them again`,
  ],
  [
    'catch-up of the only endpoint',
    journey([delivery({ byRequest: 'unmatched' })], { matched: 0, off: 1 }),
    `${RECEIVED}; the only endpoint was switched off, later sent to it by request: delivered in 41 ms`,
  ],
  [
    'catch-up under way',
    journey([delivery({ ...pending, byRequest: 'unmatched' })], { matched: 0, off: 1 }),
    `${RECEIVED}; the only endpoint was switched off, later sent to it by request: waits to be sent`,
  ],
  [
    'sent to an endpoint that was made later',
    journey([delivery({ byRequest: 'unknown' })], { matched: 0 }),
    `${RECEIVED}; the only endpoint did not match, later sent to one by request: delivered in 41 ms`,
  ],
  [
    'sent to a further endpoint',
    journey([delivery(), delivery({ byRequest: 'unmatched' })], { matched: 1 }),
    `${MATCHED}, later sent to one more by request: two delivered in 41 ms`,
  ],
  [
    'by poll',
    journey([delivery()], { event: { via: 'poll', provider: 'spotify', type: 'spotify.track.played' } }),
    'Found 12:03:04 UTC by polling Spotify, matched 1 of 2 endpoints: delivered in 41 ms',
  ],
  [
    'by a schedule',
    journey([delivery()], { event: { via: 'poll', provider: 'hookline', type: 'schedule.daily' } }),
    'Created 12:03:04 UTC by a schedule, matched 1 of 2 endpoints: delivered in 41 ms',
  ],
  [
    'published by an application',
    journey([delivery()], { event: { via: 'api', provider: 'app', type: 'project.created' } }),
    'Published 12:03:04 UTC over the API, matched 1 of 2 endpoints: delivered in 41 ms',
  ],
  [
    'test of an endpoint',
    journey([delivery()], {
      notMeant: 1,
      event: { via: 'api', provider: 'hookline', type: 'webhook.test' },
    }),
    'Sent 12:03:04 UTC to test an endpoint: delivered in 41 ms',
  ],
  [
    'announcement',
    journey([delivery()], { event: { via: 'api', provider: 'hookline', type: 'endpoint.disabled' } }),
    'Announced 12:03:04 UTC by Hookline, matched 1 of 2 endpoints: delivered in 41 ms',
  ],
  [
    'example',
    journey([delivery()], { event: { via: 'api' } }),
    'Created 12:03:04 UTC as an example of GitHub, matched 1 of 2 endpoints: delivered in 41 ms',
  ],
  [
    'edited replay to one endpoint',
    journey([delivery()], { notMeant: 1, event: { via: 'replay' } }),
    'Replayed 12:03:04 UTC with another payload, for one endpoint only: delivered in 41 ms',
  ],
  [
    'edited replay to an endpoint that was deleted meanwhile',
    journey([], { notMeant: 1, event: { via: 'replay' } }),
    'Replayed 12:03:04 UTC with another payload, for one endpoint only; that endpoint was deleted before',
  ],
  [
    'edited replay',
    journey([delivery()], { event: { via: 'replay' } }),
    'Replayed 12:03:04 UTC with another payload, matched 1 of 2 endpoints: delivered in 41 ms',
  ],
  [
    'verified by a token',
    journey([delivery()], { event: { provider: 'gitlab' } }),
    'Received 12:03:04 UTC from GitLab, token right, matched 1 of 2 endpoints: delivered in 41 ms',
  ],
  [
    'verified by credentials',
    journey([delivery()], { event: { provider: 'bearer' } }),
    expect.stringContaining(', credentials right, matched') as unknown as string,
  ],
  [
    'a message about the subscription',
    journey([delivery()], { event: { provider: 'meta', control: 'revoked' } }),
    expect.stringContaining(', signature right, subscription revoked, matched') as unknown as string,
  ],
  [
    'another day',
    journey([delivery()], { event: { receivedAt: new Date('2026-02-28T23:59:59.999Z') } }),
    'Received 2026-02-28 23:59:59 UTC from GitHub, signature right, matched 1 of 2 endpoints: delivered in 41 ms',
  ],
])('%s', (_state, facts, sentence) => {
  expect(summarizeJourney(facts, NOW)).toEqual(sentence);
});

test('a provider that is no longer known keeps its id in the sentence', () => {
  const facts = journey([delivery()], { event: { provider: 'gone' } });
  expect(summarizeJourney(facts, NOW)).toMatch(/^Received 12:03:04 UTC from gone, signature right/);
});

test('the sentence of an event with a thousand deliveries is as short as that of a few', () => {
  const states = ['success', 'sending', 'pending', 'retrying', 'failed', 'discarded'] as const;
  const many = Array.from({ length: 1_000 }, (_, n) => delivery({ status: states[n % 6] as 'success' }));
  expect(summarizeJourney(journey(many), NOW).length).toBeLessThan(400);
});
