import { describe, expect, it } from 'vitest';
import { repeatKeyOf } from '../../fixtures/repeat-key-of.ts';
import { request } from '../../fixtures/signed-request.ts';
import {
  type DedupeRule,
  getProvider,
  listProviders,
  type NormalizedEvent,
  type Provider,
  repeatKeysOf,
} from '../index.ts';
import { createEvent } from './create-event.ts';

const payload = Buffer.from('{}');
const event = createEvent({ provider: 'p', type: ['a'], dedupeFields: ['1'], payload });
const withId = { ...event, deliveryId: 'id' };
const RETRIES = { id: 'none', retries: true } as const;
const HAS_ID = { id: '/id', names: 'x', unique: 'source', stable: true, retries: true } as const;

describe('without a rule of the source', () => {
  const keyOf = (each: NormalizedEvent, identity: Provider['identity']) =>
    repeatKeysOf([each], identity, undefined, 60_000)[0];

  it('the id is the key, for as long as it is unique', () => {
    expect(keyOf(withId, HAS_ID)).toMatchObject({ key: 'id', windowMs: undefined });
    expect(keyOf(withId, { ...HAS_ID, uniqueSeconds: 86_400 })).toMatchObject({ windowMs: 86_400_000 });
  });

  it('an equal body is a repeat only of a provider that is known to retry, within the window', () => {
    expect(keyOf(event, RETRIES)).toMatchObject({
      key: expect.stringMatching(/^body:[0-9a-f]{64}$/),
      windowMs: 60_000,
    });
    for (const retries of [false, 'unknown'] as const) {
      expect(keyOf(event, { ...RETRIES, retries })).toBeUndefined();
      expect(keyOf(event, { ...HAS_ID, retries })).toBeUndefined();
    }
    expect(keyOf(event, { ...RETRIES, equalBodies: 'events' })).toBeUndefined();
  });

  it('a window of 0 disables equal bodies, but not ids', () => {
    expect(repeatKeysOf([event], RETRIES, undefined, 0)).toEqual([undefined]);
    expect(repeatKeysOf([withId], HAS_ID, undefined, 0)).toMatchObject([{ key: 'id' }]);
  });

  it('the hash of the body changes with any difference', () => {
    const others = [
      event,
      { ...event, type: 'p.b' },
      { ...event, source: '/p/x' },
      { ...event, dedupeFields: ['2'] },
      { ...event, dedupeFields: ['1', ''] },
      { ...event, payload: Buffer.from('{} ') },
    ];
    expect(new Set(others.map((other) => keyOf(other, RETRIES)?.key)).size).toBe(others.length);
    expect(keyOf({ ...event }, RETRIES)).toEqual(keyOf(event, RETRIES));
  });

  it('equal events of one request are told apart by their number, which a retry keeps', () => {
    const keys = () =>
      repeatKeysOf([event, event, event], RETRIES, undefined, 60_000).map((each) => each?.key);
    expect(new Set(keys()).size).toBe(3);
    expect(keys()).toEqual(keys());
  });
});

describe('a rule of the source', () => {
  const keyOf = (each: NormalizedEvent, rule: DedupeRule) => repeatKeysOf([each], HAS_ID, rule, 60_000)[0];
  const of = (json: string, rule: DedupeRule) => keyOf({ ...event, payload: Buffer.from(json) }, rule)?.key;

  it('none: nothing is a repeat', () => {
    expect(keyOf(withId, { by: 'none' })).toBeUndefined();
  });

  it('id: only an id identifies repeats, forever or within a window', () => {
    expect(keyOf(withId, { by: 'id' })).toMatchObject({ key: 'id', windowMs: undefined });
    expect(keyOf(withId, { by: 'id', windowSeconds: 5 })).toMatchObject({ key: 'id', windowMs: 5_000 });
    expect(keyOf(event, { by: 'id' })).toBeUndefined();
  });

  it('body: the id does not matter', () => {
    expect(keyOf(withId, { by: 'body' })).toEqual(keyOf({ ...withId, deliveryId: 'other' }, { by: 'body' }));
    expect(keyOf(withId, { by: 'body' })).toMatchObject({ windowMs: 60_000 });
    expect(keyOf(withId, { by: 'body', windowSeconds: 3_600 })).toMatchObject({ windowMs: 3_600_000 });
  });

  it('fields: the received spelling of their values counts, whatever else differs', () => {
    const rule = { by: 'fields', fields: ['/order/id', '/state'] } as const;
    expect(of('{"order":{"id":7},"state":"a","n":1}', rule)).toBe(
      of('{"n":2,"state":"a","order":{"id":7}}', rule),
    );
    const keys = [
      '{"order":{"id":7},"state":"a"}',
      '{"order":{"id":7},"state":"b"}',
      '{"order":{"id":"7"},"state":"a"}',
      '{"order":{"id":7}}',
      '{"order":{"id":9007199254740992},"state":"a"}',
      '{"order":{"id":9007199254740993},"state":"a"}',
    ].map((json) => of(json, rule));
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('fields: an event without all of them is never a repeat', () => {
    expect(of('{"other":1}', { by: 'fields', fields: ['/a', '/b'] })).toBeUndefined();
  });
});

describe('the identity of each provider', () => {
  it.each(listProviders().map((provider) => [provider.id, provider] as const))(
    '%s is decided',
    (_id, provider) => {
      const { identity } = provider;
      expect([true, false, 'unknown']).toContain(identity.retries);
      expect(identity.id).toMatch(/^\S.*\S$/);
      if (identity.id === 'none') expect(identity).not.toHaveProperty('names');
      else expect(identity).toMatchObject({ names: expect.stringMatching(/\S/), unique: expect.any(String) });
    },
  );

  it.each(['hmac', 'bearer', 'api-key', 'basic', 'allow-list', 'jwt'])(
    '%s takes no equal body for a repeat',
    (id) => {
      expect(repeatKeyOf(id, event)).toBeUndefined();
    },
  );
});

type Sent = readonly [body: unknown, headers?: Readonly<Record<string, string>>];

/** A later request that is another event, although it has the same apparent id. */
const OTHER_EVENTS: readonly [id: string, what: string, first: Sent, second: Sent][] = [
  [
    'gitlab',
    'a note that an issue hook caused',
    [{ n: 1 }, { 'idempotency-key': 'a', 'x-gitlab-event': 'Issue Hook', 'x-gitlab-event-uuid': 'u' }],
    [{ n: 2 }, { 'idempotency-key': 'b', 'x-gitlab-event': 'Note Hook', 'x-gitlab-event-uuid': 'u' }],
  ],
  [
    'gitlab',
    'the same from a GitLab without Idempotency-Key',
    [{ n: 1 }, { 'x-gitlab-event': 'Issue Hook', 'x-gitlab-event-uuid': 'u' }],
    [{ n: 2 }, { 'x-gitlab-event': 'Note Hook', 'x-gitlab-event-uuid': 'u' }],
  ],
  [
    'hubspot',
    'another property under one eventId',
    [[{ eventId: 1, subscriptionId: 2, portalId: 3, occurredAt: 4, objectId: 5 }]],
    [[{ eventId: 1, subscriptionId: 2, portalId: 3, occurredAt: 4, objectId: 6 }]],
  ],
  [
    'huggingface',
    'an equal body under another id',
    [{ event: {} }, { 'webhook-id': 'a' }],
    [{ event: {} }, { 'webhook-id': 'b' }],
  ],
  [
    'zendesk',
    'the next comment on a ticket',
    [{ id: '35', comment: 'x' }, { 'x-zendesk-webhook-invocation-id': 'a' }],
    [{ id: '35', comment: 'x' }, { 'x-zendesk-webhook-invocation-id': 'b' }],
  ],
  [
    'contentful',
    'another entry with a constant body',
    [{ deploy: true }, { 'x-contentful-idempotency-key': 'a' }],
    [{ deploy: true }, { 'x-contentful-idempotency-key': 'b' }],
  ],
  [
    'woocommerce',
    'another order within a second',
    [{ id: 1 }, { 'x-wc-webhook-delivery-id': 'x' }],
    [{ id: 2 }, { 'x-wc-webhook-delivery-id': 'x' }],
  ],
  [
    'scrapfly',
    'the next page of a crawl',
    [{ url: 'a' }, { 'x-scrapfly-webhook-job-id': 'j' }],
    [{ url: 'b' }, { 'x-scrapfly-webhook-job-id': 'j' }],
  ],
  [
    'fillout',
    'a submission that was edited',
    [{ submission: { submissionId: 's', a: 1 } }],
    [{ submission: { submissionId: 's', a: 2 } }],
  ],
  [
    'deepgram',
    'the next part of a stream',
    [{ metadata: { request_id: 'r' }, n: 1 }],
    [{ metadata: { request_id: 'r' }, n: 2 }],
  ],
  [
    'pipedrive',
    'a later change of a deal, by version 1',
    [{ meta: { id: 7, object: 'deal' }, n: 1 }],
    [{ meta: { id: 7, object: 'deal' }, n: 2 }],
  ],
  ['bunny-stream', 'the next resolution of a video', [{ Status: 4 }], [{ Status: 4 }]],
  ['plaid', 'the updates of the next day', [{ webhook_code: 'X' }], [{ webhook_code: 'X' }]],
  ['nuvemshop', 'the next update of a product', [{ id: 1 }], [{ id: 1 }]],
  ['webflow', 'a stock that is the same again', [{ triggerType: 'x' }], [{ triggerType: 'x' }]],
];

/** A retry that differs in its attempt counter, or in its headers. */
const RETRIES_OF: readonly [id: string, what: string, first: Sent, second: Sent][] = [
  [
    'gitlab',
    'a resend with another UUID',
    [{}, { 'idempotency-key': 'a', 'x-gitlab-event-uuid': 'u' }],
    [{}, { 'idempotency-key': 'a', 'x-gitlab-event-uuid': 'v' }],
  ],
  [
    'hubspot',
    'another attemptNumber',
    [[{ eventId: 1, subscriptionId: 2, portalId: 3, occurredAt: 4, attemptNumber: 0 }]],
    [[{ eventId: 1, subscriptionId: 2, portalId: 3, occurredAt: 4, attemptNumber: 1 }]],
  ],
  [
    'hubspot-legacy',
    'another attemptNumber',
    [[{ eventId: 1, subscriptionId: 2, portalId: 3, occurredAt: 4, attemptNumber: 0 }]],
    [[{ eventId: 1, subscriptionId: 2, portalId: 3, occurredAt: 4, attemptNumber: 1 }]],
  ],
  [
    'figma',
    'another count of retries',
    [{ webhook_id: '1', event_type: 'FILE_COMMENT', timestamp: 't', comment_id: 'c', retries: 0 }],
    [{ webhook_id: '1', event_type: 'FILE_COMMENT', timestamp: 't', comment_id: 'c', retries: 1 }],
  ],
  [
    'box',
    'another id of the delivery',
    [{ id: 'e' }, { 'box-delivery-id': 'a' }],
    [{ id: 'e' }, { 'box-delivery-id': 'b' }],
  ],
  [
    'supabase',
    'another webhook-id',
    [{ metadata: { uuid: 'u' } }, { 'webhook-id': 'a' }],
    [{ metadata: { uuid: 'u' } }, { 'webhook-id': 'b' }],
  ],
  [
    'modern-treasury',
    'a body that was made anew',
    [{ n: 1 }, { 'x-webhook-id': 'w' }],
    [{ n: 2 }, { 'x-webhook-id': 'w' }],
  ],
  [
    'pipedrive',
    'another attempt, by version 2',
    [{ meta: { id: 'u', entity: 'deal', attempt: 1 } }],
    [{ meta: { id: 'u', entity: 'deal', attempt: 2 } }],
  ],
  [
    'linear',
    'another id of the delivery, after six hours',
    [{ webhookTimestamp: 1 }, { 'linear-delivery': 'a' }],
    [{ webhookTimestamp: 1 }, { 'linear-delivery': 'b' }],
  ],
];

function keyOf(id: string, [body, headers = {}]: Sent): string | undefined {
  const interpretation = (getProvider(id) as Provider).interpret(
    request({
      rawBody: Buffer.from(JSON.stringify(body)),
      headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
    }),
  );
  const [first] = interpretation.ok && 'events' in interpretation ? interpretation.events : [];
  return repeatKeyOf(id, first as NormalizedEvent);
}

it.each(OTHER_EVENTS)('%s: %s is another event', (id, _what, first, second) => {
  const key = keyOf(id, second);
  if (key !== undefined) expect(key).not.toBe(keyOf(id, first));
});

it.each(RETRIES_OF)('%s: a retry with %s is a repeat', (id, _what, first, second) => {
  expect(keyOf(id, first)).toBeDefined();
  expect(keyOf(id, second)).toBe(keyOf(id, first));
});

it('braintree: a retry that is signed with one more key is a repeat', () => {
  const keyOfForm = (body: string) => {
    const interpretation = (getProvider('braintree') as Provider).interpret(
      request({
        rawBody: Buffer.from(body),
        headers: { 'content-type': ['application/x-www-form-urlencoded'] },
      }),
    );
    const [first] = interpretation.ok && 'events' in interpretation ? interpretation.events : [];
    return repeatKeyOf('braintree', first as NormalizedEvent);
  };
  expect(keyOfForm('bt_signature=a%7C1&bt_payload=eA%3D%3D')).toBe(
    keyOfForm('bt_signature=a%7C1%26b%7C2&bt_payload=eA%3D%3D'),
  );
});
