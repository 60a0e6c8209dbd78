import { ALERT_TYPES, type AlertCondition } from '@hookline/contracts';
import { expect, test } from 'vitest';
import { ALERT_KINDS } from './alert-kinds.ts';

/** What a rule with the condition measures in a fact as its owner tells it, if it looks at the subject. */
function measure(condition: AlertCondition, told: object) {
  const kind = ALERT_KINDS[condition.type];
  const fact = kind.toFact(told);
  const complete = kind.complete(condition);
  return fact.covers(complete) ? fact.measure(complete) : undefined;
}

const failing = (more: object = {}) => ({
  id: 'ep_1',
  userId: 'acme',
  name: 'Orders',
  tags: ['gold'],
  failures: 5,
  failingSince: '2026-12-01T12:00:00.000Z',
  failingSeconds: 600,
  ...more,
});
const type = 'endpoint_failing';

test.each<[string, AlertCondition, object, boolean]>([
  ['for ten minutes, by default', { type }, failing(), true],
  ['for less than ten minutes, by default', { type }, failing({ failingSeconds: 599 }), false],
  ['for long enough, but only once', { type }, failing({ failures: 1 }), false],
  ['often enough', { type, attempts: 5 }, failing({ failingSeconds: 1 }), true],
  ['not often enough', { type, attempts: 6 }, failing(), false],
  ['for long enough, whatever the attempts', { type, attempts: 6, minutes: 10 }, failing(), true],
  ['and is named', { type, endpointIds: ['ep_1'] }, failing(), true],
  ['and is not named', { type, endpointIds: ['ep_2'] }, failing(), false],
  ['and has one of the tags', { type, tags: ['silver', 'gold'] }, failing(), true],
  ['and has none of the tags', { type, tags: ['silver'] }, failing(), false],
])('an endpoint that fails %s', (_name, condition, told, holds) => {
  expect(measure(condition, told) !== undefined).toBe(holds);
});

test('dead letters are counted in the window of the rule', () => {
  const told = { userId: 'acme', counts: [1, 2, 3, 4, 5] };
  expect(measure({ type: 'dead_letters' }, told)).toEqual({ deadLetters: 3, withinMinutes: 60 });
  expect(measure({ type: 'dead_letters', count: 2, withinMinutes: 5 }, told)).toBeUndefined();
  expect(measure({ type: 'dead_letters', count: 2, withinMinutes: 15 }, told)).toEqual({
    deadLetters: 2,
    withinMinutes: 15,
  });
  const conditions: AlertCondition[] = [
    { type: 'dead_letters', withinMinutes: 5 },
    { type: 'dead_letters', withinMinutes: 360 },
  ];
  expect(ALERT_KINDS.dead_letters.askFor(conditions)).toEqual({ withinMinutes: 360 });
});

test('a backlog holds by its length, by its age, or by default by an age of ten minutes', () => {
  const told = { userId: null, open: 50, oldestSeconds: 600.5 };
  expect(measure({ type: 'backlog' }, told)).toEqual({ open: 50, oldestSeconds: 600 });
  expect(measure({ type: 'backlog', deliveries: 50 }, told)).toBeDefined();
  expect(measure({ type: 'backlog', deliveries: 51 }, told)).toBeUndefined();
  expect(measure({ type: 'backlog', deliveries: 51, oldestSeconds: 600 }, told)).toBeDefined();
  expect(ALERT_KINDS.backlog.toFact(told).subject).toEqual({
    type: 'installation',
    id: 'installation',
    name: null,
    userId: null,
  });
});

test('a source is silent from the hours of the rule on, and the owner is asked for the least of all rules', () => {
  const told = {
    id: 'src_1',
    userId: 'acme',
    name: null,
    provider: 'github',
    lastReceivedAt: null,
    silentSeconds: 7_200,
  };
  expect(measure({ type: 'source_silent', hours: 2 }, told)).toEqual({
    provider: 'github',
    lastReceivedAt: null,
    silentHours: 2,
  });
  expect(measure({ type: 'source_silent', hours: 3 }, told)).toBeUndefined();
  expect(measure({ type: 'source_silent', hours: 1, sourceIds: ['src_2'] }, told)).toBeUndefined();
  expect(
    ALERT_KINDS.source_silent.askFor([{ type: 'source_silent' }, { type: 'source_silent', hours: 3 }]),
  ).toEqual({ hours: 3 });
});

test('a quota is near its end from the percents of the rule on', () => {
  const told = { key: 'youtube/day/app/oap_1', userId: 'acme', used: 801, capacity: 1_000 };
  expect(measure({ type: 'quota_near' }, told)).toEqual({ usedPercent: 80.1, used: 801, capacity: 1_000 });
  expect(measure({ type: 'quota_near', percent: 81 }, told)).toBeUndefined();
});

test('a connection that was lost concerns every rule, but one that names others', () => {
  const told = { id: 'con_1', userId: 'acme', name: 'octocat', provider: 'github', status: 'needs_reauth' };
  expect(measure({ type: 'connection_needs_reauth' }, told)).toEqual({
    provider: 'github',
    status: 'needs_reauth',
  });
  expect(measure({ type: 'connection_needs_reauth', connectionIds: ['con_2'] }, told)).toBeUndefined();
});

test('the texts say what is wrong, of what, since when, and what to do', () => {
  const subject = { type: 'endpoint', id: 'ep_1', name: 'Orders', userId: 'acme' } as const;
  const value = { failures: 12, failingSince: '2026-12-01T12:03:04.567Z' };
  expect(ALERT_KINDS.endpoint_failing.describe(subject, value)).toEqual({
    firing: 'The endpoint "Orders" has failed 12 times in a row since 2026-12-01 12:03 UTC',
    recovered: 'The endpoint "Orders" is no longer failing',
    nextStep: expect.stringContaining('mend the receiver'),
  });
  expect(
    ALERT_KINDS.dead_letters.describe(
      { type: 'tenant', id: 'acme', name: null, userId: 'acme' },
      { deadLetters: 1, withinMinutes: 60 },
    ).firing,
  ).toBe('1 delivery of the tenant "acme" gave up within 60 minutes');
  expect(
    ALERT_KINDS.backlog.describe(
      { type: 'installation', id: 'installation', name: null, userId: null },
      { open: 12_000, oldestSeconds: 7_300 },
    ).firing,
  ).toBe('12,000 deliveries of this installation are open, and the oldest has been due for 2 hours');
});

test.each(ALERT_TYPES)('the texts of %s need no value: an old one may lack a field', (each) => {
  const subject = { type: 'tenant', id: 'acme', name: null, userId: 'acme' } as const;
  for (const text of Object.values(ALERT_KINDS[each].describe(subject, {}))) {
    expect(text).not.toMatch(/undefined|NaN|\.$/);
  }
});
