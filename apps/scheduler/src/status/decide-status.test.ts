import { expect, test } from 'vitest';
import {
  announcementOf,
  decideStatus,
  PAUSED_BY_PROVIDER,
  PAUSED_BY_REQUEST,
  PAUSED_FOR_APP,
  STATUS_TRANSITIONS,
  type StatusAndReason,
  type StatusEvent,
  type StatusState,
  stateOf,
} from './decide-status.ts';

const STATES = Object.keys(STATUS_TRANSITIONS) as StatusState[];
const EVENTS: StatusEvent[] = [
  'granted',
  'refresh_failed',
  'refreshed',
  'grant_dead',
  'revoked',
  'suspended',
  'restored',
  'app_faulty',
  'app_repaired',
  'pause',
  'resume',
  'degraded',
  'healthy',
];

function statusOf(state: StatusState): StatusAndReason {
  if (state === 'paused_for_app') return { status: 'paused', reason: PAUSED_FOR_APP };
  if (state === 'paused_by_provider') return { status: 'paused', reason: PAUSED_BY_PROVIDER };
  if (state === 'paused_by_request') return { status: 'paused', reason: PAUSED_BY_REQUEST };
  return { status: state, reason: state === 'connected' ? null : 'a_reason' };
}

/** The states that are reached from a state by these events, in any order and number. */
function reachable(from: StatusState, events: readonly StatusEvent[]): StatusState[] {
  const found = new Set([from]);
  for (const state of found) {
    for (const event of events) {
      const next = decideStatus(statusOf(state), event, 'a_reason');
      if (next) found.add(stateOf(next));
    }
  }
  return [...found].sort();
}

test('without a new grant, a connection that needs a consent never works again, whatever happens', () => {
  const others = EVENTS.filter((event) => event !== 'granted');
  expect(reachable('needs_reauth', others)).toEqual(['needs_reauth', 'revoked']);
  expect(reachable('revoked', others)).toEqual(['revoked']);
});

test('failed refreshes, faults of the application and pauses alone never ask for a new consent', () => {
  const harmless = EVENTS.filter((event) => event !== 'grant_dead' && event !== 'revoked');
  for (const state of STATES) {
    if (state === 'needs_reauth' || state === 'revoked') continue;
    expect(reachable(state, harmless)).not.toContain('needs_reauth');
    expect(reachable(state, harmless)).not.toContain('revoked');
  }
});

test('a new grant makes every connection work', () => {
  for (const state of STATES) {
    if (state === 'connected') continue;
    expect(decideStatus(statusOf(state), 'granted')).toEqual({ status: 'connected', reason: null });
  }
});

test('every state is left again by some event, and each event has an effect somewhere', () => {
  for (const state of STATES) {
    expect(Object.values(STATUS_TRANSITIONS[state]).some((next) => next !== state)).toBe(true);
  }
  for (const event of EVENTS) expect(STATES.some((state) => event in STATUS_TRANSITIONS[state])).toBe(true);
});

test('an event that changes neither status nor reason is no change', () => {
  expect(
    decideStatus({ status: 'refreshing', reason: 'timeout' }, 'refresh_failed', 'timeout'),
  ).toBeUndefined();
  expect(decideStatus({ status: 'refreshing', reason: 'timeout' }, 'refresh_failed', 'http_503')).toEqual({
    status: 'refreshing',
    reason: 'http_503',
  });
  expect(decideStatus({ status: 'connected', reason: null }, 'granted')).toBeUndefined();
  expect(decideStatus({ status: 'needs_reauth', reason: 'first' }, 'grant_dead', 'second')).toBeUndefined();
});

test('a pause by request ends by resuming, and a pause for the application by its repair, not the other way round', () => {
  expect(decideStatus(statusOf('paused_by_request'), 'app_repaired')).toBeUndefined();
  expect(decideStatus(statusOf('paused_for_app'), 'resume')).toBeUndefined();
  expect(decideStatus(statusOf('paused_by_request'), 'resume')).toEqual({
    status: 'connected',
    reason: null,
  });
  expect(decideStatus(statusOf('paused_for_app'), 'app_repaired')).toEqual({
    status: 'connected',
    reason: null,
  });
});

test('a suspension by the provider ends when the provider says so, not by a call, and not by a repair', () => {
  const suspended = statusOf('paused_by_provider');
  expect(decideStatus(statusOf('connected'), 'suspended')).toEqual(suspended);
  for (const event of ['resume', 'app_repaired', 'healthy', 'refreshed'] as const)
    expect(decideStatus(suspended, event)).toBeUndefined();
  expect(decideStatus(suspended, 'restored')).toEqual({ status: 'connected', reason: null });
  // A person who paused it decides when it goes on.
  expect(decideStatus(statusOf('paused_by_request'), 'restored')).toBeUndefined();
});

test('V3: recovered is told only after a failure was told', () => {
  for (const state of STATES) {
    for (const event of EVENTS) {
      const from = statusOf(state);
      const to = decideStatus(from, event, 'other');
      if (to === undefined) continue;
      const told = announcementOf(from, to);
      const wasTold = state === 'needs_reauth' || state === 'revoked' || state === 'paused_by_provider';
      expect(told === 'connection.recovered').toBe(wasTold && to.status === 'connected');
    }
  }
  expect(announcementOf(statusOf('refreshing'), statusOf('connected'))).toBeUndefined();
});

test('needs_reauth and revoked are told once', () => {
  expect(announcementOf(statusOf('refreshing'), statusOf('needs_reauth'))).toBe('connection.needs_reauth');
  expect(announcementOf(statusOf('needs_reauth'), statusOf('revoked'))).toBe('connection.revoked');
  expect(announcementOf(statusOf('needs_reauth'), statusOf('needs_reauth'))).toBeUndefined();
});
