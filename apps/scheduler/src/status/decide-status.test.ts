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
} from './decide-status.ts';

type Status = StatusAndReason['status'];

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

const CONNECTED: StatusAndReason = { status: 'connected', reason: null, pauses: [] };
const inStatus = (status: Status): StatusAndReason =>
  status === 'connected' ? CONNECTED : { status, reason: 'a_reason', pauses: [] };
const paused = (...pauses: string[]): StatusAndReason => ({
  status: 'paused',
  reason: pauses[0] ?? null,
  pauses,
});
const STATES: StatusAndReason[] = [
  ...(Object.keys(STATUS_TRANSITIONS) as Status[]).filter((status) => status !== 'paused').map(inStatus),
  paused(PAUSED_BY_REQUEST),
  paused(PAUSED_BY_PROVIDER),
  paused(PAUSED_FOR_APP),
  paused(PAUSED_BY_REQUEST, PAUSED_BY_PROVIDER, PAUSED_FOR_APP),
];

/** The status after some events. */
const after = (from: StatusAndReason, ...events: StatusEvent[]) =>
  events.reduce((status, event) => decideStatus(status, event, 'a_reason') ?? status, from);

/** The statuses that are reached by these events, in any order and number. */
function reachable(from: StatusAndReason, events: readonly StatusEvent[]): Status[] {
  const found = new Map([[JSON.stringify(from), from]]);
  for (const state of found.values()) {
    for (const event of events) {
      const next = after(state, event);
      found.set(JSON.stringify(next), next);
    }
  }
  return [...new Set([...found.values()].map(({ status }) => status))].sort();
}

test('without a new grant, a connection that needs a consent never works again, whatever happens', () => {
  const others = EVENTS.filter((event) => event !== 'granted');
  expect(reachable(inStatus('needs_reauth'), others)).toEqual(['needs_reauth', 'revoked']);
  expect(reachable(inStatus('revoked'), others)).toEqual(['revoked']);
});

test('failed refreshes, faults of the application and pauses alone never ask for a new consent', () => {
  const harmless = EVENTS.filter((event) => event !== 'grant_dead' && event !== 'revoked');
  for (const state of STATES) {
    if (state.status === 'needs_reauth' || state.status === 'revoked') continue;
    expect(reachable(state, harmless)).not.toContain('needs_reauth');
    expect(reachable(state, harmless)).not.toContain('revoked');
  }
});

test('a new grant makes every connection work', () => {
  for (const state of STATES) expect(after(state, 'granted')).toEqual(CONNECTED);
});

test('every state is left again by some event, and each event has an effect somewhere', () => {
  for (const state of STATES)
    expect(EVENTS.some((event) => decideStatus(state, event, 'other') !== undefined)).toBe(true);
  for (const event of EVENTS)
    expect(STATES.some((state) => decideStatus(state, event, 'other') !== undefined)).toBe(true);
});

test('an event that changes neither status nor reason is no change', () => {
  const refreshing = (reason: string): StatusAndReason => ({ status: 'refreshing', reason, pauses: [] });
  expect(decideStatus(refreshing('timeout'), 'refresh_failed', 'timeout')).toBeUndefined();
  expect(decideStatus(refreshing('timeout'), 'refresh_failed', 'http_503')).toEqual(refreshing('http_503'));
  expect(decideStatus(CONNECTED, 'granted')).toBeUndefined();
  expect(decideStatus(inStatus('needs_reauth'), 'grant_dead', 'second')).toBeUndefined();
  expect(decideStatus(paused(PAUSED_BY_REQUEST), 'pause')).toBeUndefined();
});

test('a pause by request ends by resuming, and a pause for the application by its repair, not the other way round', () => {
  expect(decideStatus(paused(PAUSED_BY_REQUEST), 'app_repaired')).toBeUndefined();
  expect(decideStatus(paused(PAUSED_FOR_APP), 'resume')).toBeUndefined();
  expect(decideStatus(paused(PAUSED_BY_REQUEST), 'resume')).toEqual(CONNECTED);
  expect(decideStatus(paused(PAUSED_FOR_APP), 'app_repaired')).toEqual(CONNECTED);
});

test('a suspension by the provider ends when the provider says so, not by a call, and not by a repair', () => {
  const suspended = paused(PAUSED_BY_PROVIDER);
  expect(decideStatus(CONNECTED, 'suspended')).toEqual(suspended);
  for (const event of ['resume', 'app_repaired', 'healthy', 'refreshed'] as const)
    expect(decideStatus(suspended, event)).toBeUndefined();
  expect(decideStatus(suspended, 'restored')).toEqual(CONNECTED);
  // A person who paused it decides when it goes on.
  expect(decideStatus(paused(PAUSED_BY_REQUEST), 'restored')).toBeUndefined();
});

test('a connection with several reasons to pause goes on when the last one has ended, in whichever order they end', () => {
  const both = after(CONNECTED, 'pause', 'suspended');
  expect(both).toEqual(paused(PAUSED_BY_REQUEST, PAUSED_BY_PROVIDER));
  expect(after(both, 'resume')).toEqual(paused(PAUSED_BY_PROVIDER));
  expect(after(both, 'restored')).toEqual(paused(PAUSED_BY_REQUEST));
  for (const order of [
    ['resume', 'restored'],
    ['restored', 'resume'],
  ] as const)
    expect(after(both, ...order)).toEqual(CONNECTED);
  expect(after(CONNECTED, 'app_faulty', 'pause', 'suspended', 'app_repaired', 'resume')).toEqual(
    paused(PAUSED_BY_PROVIDER),
  );
  // A second suspension is the same one.
  expect(after(both, 'suspended', 'restored', 'resume')).toEqual(CONNECTED);
});

test('V3: recovered is told only after a failure was told', () => {
  for (const from of STATES) {
    for (const event of EVENTS) {
      const to = decideStatus(from, event, 'other');
      if (to === undefined) continue;
      const told = announcementOf(from, to);
      const wasTold =
        from.status === 'needs_reauth' || from.status === 'revoked' || from.reason === PAUSED_BY_PROVIDER;
      expect(told === 'connection.recovered').toBe(wasTold && to.status === 'connected');
    }
  }
  expect(announcementOf(inStatus('refreshing'), CONNECTED)).toBeUndefined();
});

test('needs_reauth, revoked and paused are told once', () => {
  expect(announcementOf(inStatus('refreshing'), inStatus('needs_reauth'))).toBe('connection.needs_reauth');
  expect(announcementOf(inStatus('needs_reauth'), inStatus('revoked'))).toBe('connection.revoked');
  expect(announcementOf(inStatus('needs_reauth'), inStatus('needs_reauth'))).toBeUndefined();
  const suspended = paused(PAUSED_BY_PROVIDER);
  expect(announcementOf(CONNECTED, suspended)).toBe('connection.paused');
  expect(announcementOf(suspended, after(suspended, 'pause'))).toBeUndefined();
  expect(announcementOf(CONNECTED, paused(PAUSED_FOR_APP))).toBeUndefined();
});
