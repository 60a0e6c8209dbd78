import { expect, it } from 'vitest';
import { getConnectable, getProvider, listConnectables } from '../index.ts';
import { REFRESH_BEFORE_EXPIRY_SECONDS } from './connection-specifications.ts';
import { polledTypesOf } from './polling-specification.ts';
import { PLACEHOLDERS, type RequestTemplate } from './request-template.ts';

const EVENT_TYPE = /^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)+$/;
/** RFC 6901. */
const POINTER = /^(?:\/(?:[^~/]|~[01])*)*$/;

const connectables = listConnectables();
const polls = connectables.flatMap((connectable) =>
  (connectable.polling ?? []).map((poll) => ({ name: `${connectable.id} ${poll.id}`, connectable, poll })),
);

function expectNumberAbove(minimum: number, value: number): void {
  expect(Number.isSafeInteger(value)).toBe(true);
  expect(value).toBeGreaterThan(minimum);
}

/** All texts anywhere in a value. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

function expectTemplate(text: string): void {
  for (const [, name] of text.matchAll(/\{([^}]*)\}/g)) expect(Object.keys(PLACEHOLDERS)).toContain(name);
  expect(text.replaceAll(/\{[^{}]*\}/g, '')).not.toMatch(/[{}]/);
}

function expectHttpsUrl(template: string): void {
  const filled = template.replaceAll(/\{[^}]*\}/g, 'x');
  const url = new URL(filled);
  expect(url.protocol).toBe('https:');
  // The parser corrected nothing, and there is no user and no query.
  expect(url.href).toBe(filled);
  expect([url.username, url.search, url.hash]).toEqual(['', '', '']);
  expect(url.host).toBe(new URL(template.replaceAll(/\{[^}]*\}/g, 'y')).host);
}

function expectRequest(request: RequestTemplate): void {
  for (const text of textsIn(request)) expectTemplate(text);
  expectHttpsUrl(request.url);
  for (const name of Object.keys(request.headers ?? {})) expect(name).toMatch(/^[a-z][a-z0-9-]*$/);
  if (request.method === 'GET') expect(request.body).toBeUndefined();
  // No token in an address: addresses are logged.
  expect(JSON.stringify([request.url, request.query])).not.toMatch(/\{(?:accessToken|refreshToken|secret)\}/);
}

it('finds a service by its id and its aliases, with what its provider says', () => {
  for (const connectable of connectables) {
    for (const name of [connectable.id, ...(connectable.aliases ?? [])]) {
      expect(getConnectable(name)).toBe(connectable);
    }
    expect(getProvider(connectable.id) ?? connectable).toBe(connectable);
  }
  for (const name of ['', 'unknown', 'stripe', '__proto__']) expect(getConnectable(name)).toBeUndefined();
});

it.each(connectables.filter(({ oauth }) => oauth !== undefined))(
  'OAuth of $id is consistent',
  ({ oauth }) => {
    if (oauth === undefined) throw new Error('Filtered out.');
    expectHttpsUrl(oauth.authorizationUrl);
    expectHttpsUrl(oauth.tokenUrl);
    if (oauth.revocation !== undefined) expectRequest(oauth.revocation.request);
    if (oauth.issuer !== undefined) expect(new URL(oauth.issuer).protocol).toBe('https:');

    const kinds = (oauth.credentials ?? [{ kind: 'access', at: '' }]).map(({ kind }) => kind);
    expect(new Set(kinds).size).toBe(kinds.length);
    expect(oauth.identity.map(({ kind }) => kind)).toEqual(kinds);
    for (const { request, id, name = '', values = {} } of oauth.identity) {
      expectRequest(request);
      expect(id).not.toHaveLength(0);
      for (const pointer of [...id, name, ...Object.values(values)]) expect(pointer).toMatch(POINTER);
    }
    // A person who grants what is asked for can be identified.
    for (const { scopes } of oauth.identity)
      if (scopes) expect(scopes.some((scope) => oauth.scopes.includes(scope))).toBe(true);
    for (const { kindShownBy } of oauth.identity) if (kindShownBy) expect(kindShownBy.at).toMatch(POINTER);
    if (oauth.tokenOwner !== undefined) {
      expectRequest(oauth.tokenOwner.request);
      expect(oauth.tokenOwner.clientId).toMatch(POINTER);
    }
    if (oauth.person !== undefined) {
      expectRequest(oauth.person.request);
      expect(oauth.person.id).toMatch(POINTER);
      expect(oauth.person.scope).toMatch(/^[^\s,]+$/);
    }
    // Without the person nobody could tell which other connections a withdrawal ends.
    if (oauth.revocation?.ends === 'client') expect(oauth.person).toBeDefined();
    if (oauth.installation !== undefined) {
      expectHttpsUrl(oauth.installation.url);
      expectRequest(oauth.installation.list.request);
    }
    expect(oauth.environment).not.toHaveLength(0);
    for (const { clientId, clientSecret, settings = {} } of oauth.environment) {
      for (const variable of [clientId, clientSecret]) expect(variable).toMatch(/^[A-Z][A-Z0-9_]+$/);
      for (const template of Object.values(settings)) {
        expect(template.replaceAll(/\{[A-Z][A-Z0-9_]+\}/g, 'x')).not.toMatch(/[{}]/);
      }
    }
    for (const name of Object.keys(oauth.tokenHeaders ?? {})) expect(name).toMatch(/^[a-z][a-z0-9-]*$/);

    expect(oauth.scopes).not.toHaveLength(0);
    expect(new Set(oauth.scopes).size).toBe(oauth.scopes.length);
    for (const scope of oauth.scopes) expect(scope).toMatch(/^[^\s,]+$/);

    const standard = 'response_type client_id redirect_uri scope state code_challenge code_challenge_method';
    for (const name of Object.keys(oauth.authorizationParameters ?? {})) {
      expect(standard.split(' ')).not.toContain(name);
    }

    expectNumberAbove(REFRESH_BEFORE_EXPIRY_SECONDS, oauth.accessTokenLifetimeSeconds);
    const { rotation, graceSeconds, lifetime, finalErrors, appErrors = [] } = oauth.refresh;
    if (lifetime !== undefined) expectNumberAbove(oauth.accessTokenLifetimeSeconds, lifetime.seconds);
    if (graceSeconds !== undefined) {
      expectNumberAbove(-1, graceSeconds);
      expect(rotation).not.toBe('never');
    }
    for (const error of [...finalErrors, ...appErrors]) expect(error).toMatch(/^[a-z_]+$/);
    expect(appErrors.filter((error) => finalErrors.includes(error))).toEqual([]);
  },
);

it.each(polls)('the poll $name is consistent', ({ connectable, poll }) => {
  expect(connectable.polling?.filter(({ id }) => id === poll.id)).toHaveLength(1);
  expect(poll.id).toMatch(/^[a-z]+(-[a-z]+)*$/);
  expectNumberAbove(59, poll.everySeconds);
  expectRequest(poll.request);
  expect(poll.request.method).toBe('GET');

  const pointers = [poll.items, ...poll.itemId];
  expect(poll.itemId).not.toHaveLength(0);
  expect(poll.itemId).not.toContain('');
  if (poll.itemTime !== undefined) pointers.push(poll.itemTime.at);
  if (poll.pages !== undefined && 'tokenAt' in poll.pages) {
    pointers.push(poll.pages.tokenAt);
    expect(Object.keys(poll.request.query ?? {})).not.toContain(poll.pages.parameter);
  }

  const cursorParameters = Object.entries(poll.request.query ?? {}).filter(
    ([, value]) => value === '{cursor}',
  );
  expect(cursorParameters.map(([name]) => name)).toEqual(
    poll.cursor === undefined ? [] : [poll.cursor.parameter],
  );
  if (poll.cursor !== undefined) {
    const { from, overlapSeconds, initial, expired } = poll.cursor;
    pointers.push('answer' in from ? from.answer : from.newestItem);
    if (overlapSeconds !== undefined) {
      expectNumberAbove(0, overlapSeconds);
      expect(overlapSeconds).toBeLessThan(poll.everySeconds);
      expect(from).toHaveProperty('newestItem');
    }
    if (initial !== undefined) {
      expectRequest(initial.request);
      expect(textsIn(initial.request).join()).not.toContain('{cursor}');
      pointers.push(initial.at);
    }
    if (expired !== undefined) {
      expect(expired.status).toBeGreaterThanOrEqual(400);
      // The specification says how to get a new cursor.
      expect(initial).toBeDefined();
      if (expired.resync !== undefined) {
        expectRequest(expired.resync.request);
        expect(textsIn(expired.resync.request).join()).toContain('{since}');
        pointers.push(expired.resync.items);
      }
    }
  }
  const { resources } = poll;
  expect(textsIn(poll.request).join().includes('{resource}')).toBe(resources !== undefined);
  if (resources !== undefined) {
    expectRequest(resources.request);
    expect(textsIn(resources.request).join()).not.toContain('{resource}');
    pointers.push(resources.items, resources.id, resources.name);
  }
  for (const applicationSettings of [{}, { distribution: 'internal' }]) {
    for (const name of Object.keys(poll.values?.(applicationSettings) ?? {})) {
      expect(textsIn(poll.request).join()).toContain(`{${name}}`);
    }
  }

  if ('typeAt' in poll.events) pointers.push(poll.events.typeAt, poll.events.actionAt ?? '');
  for (const pointer of pointers) expect(pointer).toMatch(POINTER);
  for (const type of polledTypesOf(poll)) {
    expect(type).toMatch(EVENT_TYPE);
    expect(type.startsWith(`${connectable.id}.`)).toBe(true);
  }

  // A polled event has the same type as the pushed event.
  if ('types' in poll.events) {
    const pushed = getProvider(connectable.id)?.eventTypes ?? [];
    const { otherwise } = { otherwise: undefined, ...poll.events };
    const types = polledTypesOf(poll).filter((type) => type !== otherwise);
    expect(pushed).toEqual(expect.arrayContaining(types));
  }

  if (poll.intervalHeader !== undefined) expect(poll.intervalHeader).toMatch(/^[a-z][a-z0-9-]*$/);
  if (poll.request.authorization === 'bearer') expect(connectable.oauth).toBeDefined();
});

it.each(
  connectables.flatMap(({ id, quotas = [] }) =>
    quotas.map((quota) => ({ name: `${id} ${quota.id}`, quota })),
  ),
)(
  'the quota $name is consistent',
  ({ quota: { capacity, capacityBy, window, paths = [], costs = {}, headers } }) => {
    for (const units of [capacity, ...Object.values(capacityBy?.values ?? {}), ...Object.values(costs)]) {
      if (units !== undefined) expectNumberAbove(0, units);
    }
    if ('seconds' in window) expectNumberAbove(0, window.seconds);
    else expect(Intl.supportedValuesOf('timeZone')).toContain(window.dayIn);
    for (const path of [...paths, ...Object.keys(costs)]) expect(path).toMatch(/^\/[A-Za-z.]+$/);
    for (const name of Object.values(headers ?? {})) expect(name).toMatch(/^[a-z][a-z0-9-]*$/);
  },
);

const watches = connectables.flatMap((connectable) =>
  (connectable.watches ?? []).map((watch) => ({ name: `${connectable.id} ${watch.id}`, connectable, watch })),
);

it.each(watches)('the watch $name is consistent', ({ connectable, watch }) => {
  const { create, change, check, stop, subscriptionId, expiry, lifetimeSeconds, existing, resources } = watch;
  expect(connectable.watches?.filter(({ id }) => id === watch.id)).toHaveLength(1);
  expect(watch.id).toMatch(/^[a-z]+(-[a-z]+)*$/);
  const requests = [create, stop, ...(change ? [change] : []), ...(check ? [check.request] : [])];
  for (const request of requests) expectRequest(request);
  const pointers: string[] = [];
  if (subscriptionId !== undefined) pointers.push(subscriptionId);
  expect(textsIn(create).join()).not.toContain('{subscriptionId}');
  expect(textsIn(stop).join().includes('{subscriptionId}')).toBe(subscriptionId !== undefined);
  if (existing !== undefined) {
    expectRequest(existing.request);
    expect(existing.request.method).toBe('GET');
    pointers.push(existing.items, existing.callbackUrl, existing.subscriptionId);
  }
  if (check !== undefined) {
    expect(check.request.method).toBe('GET');
    pointers.push(check.active, check.events, check.callbackUrl, check.lastStatus, check.lastMessage);
  }
  if (resources !== undefined) {
    for (const { request } of [resources.byName, resources.ofOwner, resources.active]) expectRequest(request);
    expectRequest(resources.byId);
    for (const part of resources.byName.parts)
      expect(textsIn(resources.byName.request).join()).toContain(`{${part}}`);
    pointers.push(resources.id, resources.name, resources.activeAt, resources.allowed);
  }
  if (watch.deliveries !== undefined) {
    const { list, read, items, id, deliveryId, status, statusText, deliveredAt, headers, payload } =
      watch.deliveries;
    for (const request of [list, read, watch.deliveries.redeliver]) expectRequest(request);
    expect(textsIn(read).join()).toContain('{logId}');
    pointers.push(items, id, deliveryId, status, statusText, deliveredAt, headers, payload);
  }
  const usesResource = textsIn([create, stop]).join().includes('{resource}');
  expect(usesResource).toBe(resources !== undefined);
  const usesEvents = textsIn(create).join().includes('{events}');
  expect(usesEvents).toBe(watch.events !== undefined);
  if (watch.events !== undefined) {
    const { byDefault, possible } = watch.events;
    expect(possible).toEqual(expect.arrayContaining([...byDefault]));
    expect(getProvider(connectable.id)?.eventTypes).toEqual(
      expect.arrayContaining(possible.map((name) => `${connectable.id}.${name}`)),
    );
  }
  for (const name of Object.keys(watch.needs ?? {})) expect(Object.keys(PLACEHOLDERS)).toContain(name);
  for (const template of Object.values(watch.sourceOptions ?? {})) expectTemplate(template);
  const known = connectable.polling?.map(({ id }) => id) ?? [];
  for (const id of watch.polls) expect(known).toContain(id);
  // A watch that expires has an end and is renewed before it.
  const { renewEverySeconds } = watch;
  expect([expiry, lifetimeSeconds, renewEverySeconds].filter((value) => value !== undefined).length % 3).toBe(
    0,
  );
  if (lifetimeSeconds !== undefined && renewEverySeconds !== undefined) {
    expectNumberAbove(0, renewEverySeconds);
    // A day of failures leaves time.
    expectNumberAbove(renewEverySeconds + 86_400, lifetimeSeconds);
  }
  if (expiry !== undefined && 'answer' in expiry) pointers.push(expiry.answer);
  for (const pointer of pointers) expect(pointer).toMatch(POINTER);
  for (const { code } of watch.problems) expect(code).toMatch(/^[a-z]+(_[a-z0-9]+)*$/);
});

it('its default scopes are sufficient for its polls and its watches', () => {
  for (const { oauth, polling = [], watches: watched = [] } of connectables) {
    if (oauth === undefined) continue;
    for (const { scopes } of [...polling, ...watched]) {
      if (scopes.length > 0) expect(oauth.scopes.some((scope) => scopes.includes(scope))).toBe(true);
    }
  }
});

it('polls each platform at the promised interval, and renews the weekly Gmail watch every day', () => {
  const hours = { github: 6, gmail: 1, slack: 4, spotify: 0.5, youtube: 2, discord: 4 };
  for (const [id, every] of Object.entries(hours)) {
    const connectable = getConnectable(id);
    expect(connectable?.oauth).toBeDefined();
    const intervals = connectable?.polling?.map(({ everySeconds }) => everySeconds) ?? [];
    expect(new Set(intervals)).toEqual(new Set([every * 3600]));
  }
  const [gmail] = getConnectable('gmail')?.watches ?? [];
  expect([gmail?.lifetimeSeconds, gmail?.renewEverySeconds]).toEqual([7 * 86_400, 86_400]);
  const [github] = getConnectable('github')?.watches ?? [];
  expect(github?.lifetimeSeconds).toBeUndefined();
  expect(github?.events?.byDefault).toEqual(['push', 'issues', 'pull_request', 'release', 'star', 'fork']);
  expect(REFRESH_BEFORE_EXPIRY_SECONDS).toBe(600);
});

it('a service that is only polled is not a provider', () => {
  expect(getProvider('spotify')).toBeUndefined();
  expect(getConnectable('spotify')?.watches).toBeUndefined();
});
