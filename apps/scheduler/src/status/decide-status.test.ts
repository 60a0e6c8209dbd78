import { expect, test } from 'vitest';
import {
  announcementOf,
  decideStatus,
  ENDED_STATUSES,
  PAUSED_BY_PROVIDER,
  PAUSED_BY_REQUEST,
  PAUSED_FOR_APP,
  type StatusAndReason,
  type StatusEvent,
  type WorkingStatus,
} from './decide-status.ts';

type Status = StatusAndReason['status'];

const EVENTS: StatusEvent[] = [
  'granted',
  'grant_dead',
  'revoked',
  'suspended',
  'restored',
  'app_faulty',
  'app_repaired',
  'pause',
  'resume',
  'facts_changed',
];

const WORKING: WorkingStatus[] = [
  { status: 'connected', reason: null },
  { status: 'refreshing', reason: 'rate_limited' },
  { status: 'degraded', reason: 'missing_scope' },
];
const [FINE] = WORKING as [WorkingStatus];

const CONNECTED: StatusAndReason = { status: 'connected', reason: null, pauses: [] };
const ended = (status: (typeof ENDED_STATUSES)[number]): StatusAndReason => ({
  status,
  reason: 'a_reason',
  pauses: [],
});
const works = (working: WorkingStatus): StatusAndReason => ({ ...working, pauses: [] });
const paused = (...pauses: string[]): StatusAndReason => ({
  status: 'paused',
  reason: pauses[0] ?? null,
  pauses,
});
const PAUSED = [
  paused(PAUSED_BY_REQUEST),
  paused(PAUSED_BY_PROVIDER),
  paused(PAUSED_FOR_APP),
  paused(PAUSED_BY_REQUEST, PAUSED_BY_PROVIDER, PAUSED_FOR_APP),
];
const STATES: StatusAndReason[] = [...WORKING.map(works), ...ENDED_STATUSES.map(ended), ...PAUSED];

/** The status after some events, while the facts stay as they are. */
const after = (from: StatusAndReason, working: WorkingStatus, ...events: StatusEvent[]) =>
  events.reduce((status, event) => decideStatus(status, event, working, 'a_reason') ?? status, from);

/** The statuses that are reached by these events, in any order and number, whatever the facts are. */
function reachable(from: StatusAndReason, events: readonly StatusEvent[]): Status[] {
  const found = new Map([[JSON.stringify(from), from]]);
  for (const state of found.values()) {
    for (const event of events) {
      for (const working of WORKING) {
        const next = after(state, working, event);
        found.set(JSON.stringify(next), next);
      }
    }
  }
  return [...new Set([...found.values()].map(({ status }) => status))].sort();
}

test('after pause and resume every state has the status that the facts give it at that time', () => {
  const table = STATES.flatMap((from) =>
    WORKING.map((working) => ({
      from: from.status,
      pauses: from.pauses,
      facts: working.status,
      paused: after(from, working, 'pause').status,
      resumed: after(from, working, 'pause', 'resume'),
    })),
  );
  for (const { from, pauses, facts, paused: whilePaused, resumed } of table) {
    const others = pauses.filter((pause) => pause !== PAUSED_BY_REQUEST);
    const isOver = from === 'needs_reauth' || from === 'revoked';
    expect([from, facts, whilePaused]).toEqual([from, facts, isOver ? from : 'paused']);
    const expected = isOver ? from : others.length > 0 ? 'paused' : facts;
    expect([from, facts, resumed.status]).toEqual([from, facts, expected]);
  }
  expect(table).toHaveLength(STATES.length * WORKING.length);
});

test('facts that change while a connection is paused count when it goes on, by whatever event', () => {
  for (const [pause, end] of [
    ['pause', 'resume'],
    ['suspended', 'restored'],
    ['app_faulty', 'app_repaired'],
  ] as const) {
    for (const before of WORKING) {
      for (const now of WORKING) {
        const rests = after(works(before), before, pause);
        expect(after(rests, now, 'facts_changed').status).toBe('paused');
        expect(after(rests, now, 'facts_changed', end)).toEqual(works(now));
      }
    }
  }
});

test('a connection that is neither paused nor in need of a consent has the status of its facts', () => {
  for (const before of WORKING)
    for (const now of WORKING) expect(after(works(before), now, 'facts_changed')).toEqual(works(now));
});

test('without a new grant, a connection that needs a consent never works again, whatever happens', () => {
  const others = EVENTS.filter((event) => event !== 'granted');
  expect(reachable(ended('needs_reauth'), others)).toEqual(['needs_reauth', 'revoked']);
  expect(reachable(ended('revoked'), others)).toEqual(['revoked']);
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
  for (const state of STATES) expect(after(state, FINE, 'granted')).toEqual(CONNECTED);
});

test('every state is left again by some event, and each event has an effect somewhere', () => {
  const changes = (state: StatusAndReason, event: StatusEvent) =>
    WORKING.some((working) => decideStatus(state, event, working, 'other') !== undefined);
  for (const state of STATES) expect(EVENTS.some((event) => changes(state, event))).toBe(true);
  for (const event of EVENTS) expect(STATES.some((state) => changes(state, event))).toBe(true);
});

test('an event that changes neither status nor reason is no change', () => {
  const refreshing = (reason: string): WorkingStatus => ({ status: 'refreshing', reason });
  const from = works(refreshing('timeout'));
  expect(decideStatus(from, 'facts_changed', refreshing('timeout'))).toBeUndefined();
  expect(decideStatus(from, 'facts_changed', refreshing('http_503'))).toEqual(works(refreshing('http_503')));
  expect(decideStatus(CONNECTED, 'granted', FINE)).toBeUndefined();
  expect(decideStatus(ended('needs_reauth'), 'grant_dead', FINE, 'second')).toBeUndefined();
  expect(decideStatus(paused(PAUSED_BY_REQUEST), 'pause', FINE)).toBeUndefined();
});

test('a pause by request ends by resuming, and a pause for the application by its repair, not the other way round', () => {
  expect(decideStatus(paused(PAUSED_BY_REQUEST), 'app_repaired', FINE)).toBeUndefined();
  expect(decideStatus(paused(PAUSED_FOR_APP), 'resume', FINE)).toBeUndefined();
  expect(decideStatus(paused(PAUSED_BY_REQUEST), 'resume', FINE)).toEqual(CONNECTED);
  expect(decideStatus(paused(PAUSED_FOR_APP), 'app_repaired', FINE)).toEqual(CONNECTED);
});

test('a suspension by the provider ends when the provider says so, not by a call, and not by a repair', () => {
  const suspended = paused(PAUSED_BY_PROVIDER);
  expect(decideStatus(CONNECTED, 'suspended', FINE)).toEqual(suspended);
  for (const event of ['resume', 'app_repaired', 'facts_changed'] as const)
    expect(decideStatus(suspended, event, FINE)).toBeUndefined();
  expect(decideStatus(suspended, 'restored', FINE)).toEqual(CONNECTED);
  // A person who paused it decides when it goes on.
  expect(decideStatus(paused(PAUSED_BY_REQUEST), 'restored', FINE)).toBeUndefined();
});

test('a connection with several reasons to pause goes on when the last one has ended, in whichever order they end', () => {
  const both = after(CONNECTED, FINE, 'pause', 'suspended');
  expect(both).toEqual(paused(PAUSED_BY_REQUEST, PAUSED_BY_PROVIDER));
  expect(after(both, FINE, 'resume')).toEqual(paused(PAUSED_BY_PROVIDER));
  expect(after(both, FINE, 'restored')).toEqual(paused(PAUSED_BY_REQUEST));
  for (const order of [
    ['resume', 'restored'],
    ['restored', 'resume'],
  ] as const)
    expect(after(both, FINE, ...order)).toEqual(CONNECTED);
  expect(after(CONNECTED, FINE, 'app_faulty', 'pause', 'suspended', 'app_repaired', 'resume')).toEqual(
    paused(PAUSED_BY_PROVIDER),
  );
  // A second suspension is the same one.
  expect(after(both, FINE, 'suspended', 'restored', 'resume')).toEqual(CONNECTED);
});

test('V3: recovered is told only after a failure was told, also when the connection works in part', () => {
  for (const from of STATES) {
    for (const event of EVENTS) {
      for (const working of WORKING) {
        const to = decideStatus(from, event, working, 'other');
        if (to === undefined) continue;
        const wasTold =
          from.status === 'needs_reauth' || from.status === 'revoked' || from.reason === PAUSED_BY_PROVIDER;
        const isWorking = ['connected', 'refreshing', 'degraded'].includes(to.status);
        expect(announcementOf(from, to) === 'connection.recovered').toBe(wasTold && isWorking);
      }
    }
  }
  expect(announcementOf(works({ status: 'refreshing', reason: 'timeout' }), CONNECTED)).toBeUndefined();
});

test('needs_reauth, revoked and paused are told once', () => {
  const refreshing = works({ status: 'refreshing', reason: 'timeout' });
  expect(announcementOf(refreshing, ended('needs_reauth'))).toBe('connection.needs_reauth');
  expect(announcementOf(ended('needs_reauth'), ended('revoked'))).toBe('connection.revoked');
  expect(announcementOf(ended('needs_reauth'), ended('needs_reauth'))).toBeUndefined();
  const suspended = paused(PAUSED_BY_PROVIDER);
  expect(announcementOf(CONNECTED, suspended)).toBe('connection.paused');
  expect(announcementOf(suspended, after(suspended, FINE, 'pause'))).toBeUndefined();
  expect(announcementOf(CONNECTED, paused(PAUSED_FOR_APP))).toBeUndefined();
});
