import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { repeatKeyOf } from '../../fixtures/repeat-key-of.ts';
import { request } from '../../fixtures/signed-request.ts';
import {
  getProvider,
  listProviders,
  type NormalizedEvent,
  type Provider,
  receiveWebhook,
  repeatKeysOf,
} from '../index.ts';
import { listSamples } from '../list-samples.ts';
import { definePreset } from './define-preset.ts';

const FORM = { 'content-type': ['application/x-www-form-urlencoded'] };

function eventsOf(id: string, body: string, receivedAtMs = 0): readonly NormalizedEvent[] {
  const { preset } = getProvider(id) as Provider;
  const field = preset?.formPayload;
  const interpretation = (getProvider(id) as Provider).interpret(
    request({
      receivedAtMs,
      rawBody: Buffer.from(field === undefined ? body : `${field}=${encodeURIComponent(body)}`),
      headers: field === undefined ? {} : FORM,
    }),
  );
  return interpretation.ok && 'events' in interpretation ? interpretation.events : [];
}

/** Bodies in the documented form, with spellings that only the received bytes preserve. */
const BATCHES: readonly [
  id: string,
  items: readonly string[],
  around: string,
  expected: readonly Partial<NormalizedEvent>[],
][] = [
  [
    'gocardless',
    [
      '{"id":"EV1","created_at":"2014-08-03T12:00:00.000Z","action":"confirmed","resource_type":"payments", "n":1.0}',
      '{"id":"EV2","created_at":"2014-08-03T12:00:01.000Z","action":"cancelled","resource_type":"mandates"}',
    ],
    '{"events":[*],"meta":{"webhook_id":"WB1"}}',
    [
      {
        type: 'gocardless.payments.confirmed',
        deliveryId: 'EV1',
        timeMs: Date.parse('2014-08-03T12:00:00Z'),
      },
      { type: 'gocardless.mandates.cancelled', deliveryId: 'EV2' },
    ],
  ],
  [
    'line',
    [
      '{"type":"message","webhookEventId":"01A","timestamp":1462629479859,"source":{"type":"user","userId":"U1"}}',
      '{"type":"follow","webhookEventId":"01B","timestamp":1462629479860,"source":{"type":"user","userId":"U2"}}',
    ],
    '{"destination":"Ubot","events":[*]}',
    [
      {
        type: 'line.message',
        deliveryId: '01A',
        source: '/line/Ubot',
        subject: 'U1',
        timeMs: 1_462_629_479_859,
      },
      { type: 'line.follow', deliveryId: '01B', subject: 'U2' },
    ],
  ],
  [
    'quickbooks',
    ['{"name":"Customer","id":"1","operation":"Create","lastUpdated":"2015-10-05T14:42:19-0700","n":1.0}'],
    '{"eventNotifications":[{"realmId":"r1","dataChangeEvent":{"entities":[*]}}]}',
    [
      {
        type: 'quickbooks.Customer.Create',
        source: '/quickbooks/r1',
        subject: '1',
        timeMs: Date.parse('2015-10-05T21:42:19Z'),
      },
    ],
  ],
  [
    'xero',
    [
      '{"resourceId":"r1","eventDateUtc":"2017-06-21T01:15:39.902","eventType":"CREATE","eventCategory":"CONTACT","tenantId":"t1"}',
    ],
    '{"events":[*],"lastEventSequence":1}',
    [
      {
        type: 'xero.CONTACT.CREATE',
        source: '/xero/t1',
        subject: 'r1',
        timeMs: Date.parse('2017-06-21T01:15:39.902Z'),
      },
    ],
  ],
  [
    'hubspot',
    [
      '{"eventId":1,"portalId":33,"occurredAt":1462216307945,"subscriptionType":"contact.creation","objectId":9007199254740993}',
      '{"eventId":2,"portalId":33,"occurredAt":1462216307946,"subscriptionType":"company.deletion","objectId":5}',
    ],
    '[*]',
    [
      { type: 'hubspot.contact.creation', source: '/hubspot/33', timeMs: 1_462_216_307_945 },
      { type: 'hubspot.company.deletion', subject: '5' },
    ],
  ],
  [
    'hubspot-legacy',
    ['{"portalId":33,"occurredAt":1462216307945,"subscriptionType":"contact.creation","objectId":5}'],
    '[*]',
    [{ type: 'hubspot-legacy.contact.creation', source: '/hubspot-legacy/33', subject: '5' }],
  ],
  [
    'pusher',
    ['{"name":"channel_occupied","channel":"c1"}', '{"name":"member_added","channel":"c1","user_id":"7"}'],
    '{"time_ms":1327078148132,"events":[*]}',
    [
      { type: 'pusher.channel_occupied', source: '/pusher/c1', timeMs: 1_327_078_148_132 },
      { type: 'pusher.member_added', timeMs: 1_327_078_148_132 },
    ],
  ],
  [
    'asana',
    [
      '{"action":"changed","resource":{"gid":"1337","resource_type":"task"},"created_at":"2013-08-21T18:20:37.972Z"}',
      '{"action":"added","resource":{"gid":"1338","resource_type":"story"},"created_at":"2013-08-21T18:22:45.421Z"}',
    ],
    '{"events":[*]}',
    [
      { type: 'asana.task.changed', subject: '1337', timeMs: Date.parse('2013-08-21T18:20:37.972Z') },
      { type: 'asana.story.added', subject: '1338' },
    ],
  ],
  [
    'auth0',
    [
      '{"log_id":"900","data":{"date":"2020-01-29T17:26:50.193Z","type":"sapi","user_id":"auth0|1"}}',
      '{"log_id":"901","data":{"date":"2020-01-29T17:26:51.193Z","type":"fp"}}',
    ],
    '[*]',
    [
      { type: 'auth0.sapi', deliveryId: '900', subject: 'auth0|1' },
      { type: 'auth0.fp', deliveryId: '901' },
    ],
  ],
  [
    'enode',
    ['{"event":"user:vehicle:updated","createdAt":"2023-06-07T12:00:00.000Z","user":{"id":"u1"}}'],
    '[*]',
    [
      {
        type: 'enode.user.vehicle.updated',
        subject: 'u1',
        timeMs: Date.parse('2023-06-07T12:00:00Z'),
      },
    ],
  ],
  [
    'fastspring',
    ['{"id":"e1","type":"order.completed","created":1426560444800}', '{"id":"e2","type":"return.created"}'],
    '{"events":[*]}',
    [
      { type: 'fastspring.order.completed', deliveryId: 'e1', timeMs: 1_426_560_444_800 },
      { type: 'fastspring.return.created', deliveryId: 'e2' },
    ],
  ],
  [
    'microsoft-graph',
    [
      '{"subscriptionId":"s1","changeType":"updated","resource":"users/1/messages/2","tenantId":"t1","clientState":"x"}',
      '{"subscriptionId":"s1","lifecycleEvent":"missed","tenantId":"t1","clientState":"x"}',
    ],
    '{"value":[*]}',
    [
      { type: 'microsoft-graph.updated', source: '/microsoft-graph/t1', subject: 'users/1/messages/2' },
      { type: 'microsoft-graph.missed' },
    ],
  ],
  [
    'sharepoint',
    ['{"subscriptionId":"s1","clientState":"x","resource":"list-1","tenantId":"t1"}'],
    '{"value":[*]}',
    [{ source: '/sharepoint/t1', subject: 'list-1' }],
  ],
  [
    'okta',
    [
      '{"uuid":"1db","published":"2019-01-07T18:27:41.000Z","eventType":"user.lifecycle.create","target":[{"id":"00u"}]}',
      '{"uuid":"1dc","published":"2019-01-07T18:27:42.000Z","eventType":"user.session.start"}',
    ],
    '{"eventType":"com.okta.event_hook","eventId":"b5a","data":{"events":[*]}}',
    [
      { type: 'okta.user.lifecycle.create', deliveryId: '1db', subject: '00u' },
      { type: 'okta.user.session.start', deliveryId: '1dc' },
    ],
  ],
  [
    'mandrill',
    [
      '{"event":"send","ts":1365109999,"msg":{"email":"a@example.com"},"_id":"m1"}',
      '{"event":"open","ts":1365110000,"msg":{"email":"a@example.com"},"_id":"m1"}',
    ],
    '[*]',
    [
      { type: 'mandrill.send', subject: 'a@example.com', timeMs: 1_365_109_999_000 },
      { type: 'mandrill.open' },
    ],
  ],
  [
    'klaviyo',
    [
      '{"external_id":"e1","topic":"event:klaviyo.opened_email","payload":{"data":{"attributes":{"datetime":"2024-01-04T18:05:00+00:00"}}}}',
      '{"external_id":"e2","topic":"event:klaviyo.opened_email", "payload":{}}',
    ],
    '{"data":[*],"meta":{"klaviyo_account_id":"A1","timestamp":"2024-01-04T18:05:25+00:00"}}',
    [
      {
        type: 'klaviyo.event.klaviyo.opened_email',
        source: '/klaviyo/A1',
        deliveryId: 'e1:event:klaviyo.opened_email',
        timeMs: Date.parse('2024-01-04T18:05:00Z'),
      },
      { deliveryId: 'e2:event:klaviyo.opened_email' },
    ],
  ],
  [
    'linkedin',
    [
      '{"notificationId":9007199254740993,"action":"LIKE","lastModifiedAt":1793000000123}',
      '{"notificationId":2,"action":"COMMENT"}',
    ],
    '{"type":"ORGANIZATION_SOCIAL_ACTION_NOTIFICATIONS","notifications":[*]}',
    [
      { type: 'linkedin.ORGANIZATION_SOCIAL_ACTION_NOTIFICATIONS.LIKE', timeMs: 1_793_000_000_123 },
      { type: 'linkedin.ORGANIZATION_SOCIAL_ACTION_NOTIFICATIONS.COMMENT', deliveryId: '2' },
    ],
  ],
  [
    'akeneo',
    [
      '{"action":"product.updated","event_id":"e1","event_datetime":"2020-10-29T14:35:43+00:00","pim_source":"pim1"}',
    ],
    '{"events":[*]}',
    [
      {
        type: 'akeneo.product.updated',
        deliveryId: 'e1',
        source: '/akeneo/pim1',
        timeMs: Date.parse('2020-10-29T14:35:43Z'),
      },
    ],
  ],
];

it('every preset with a batch is here, or has a sample of one', () => {
  const batches = listProviders().filter(({ preset }) => preset?.batch !== undefined);
  const unseen = batches.filter(
    ({ id }) =>
      !BATCHES.some(([known]) => known === id) && !listSamples(id).some(({ events }) => events.length > 1),
  );
  expect(unseen.map(({ id }) => id)).toEqual([]);
});

describe.each(BATCHES)('%s', (id, items, around, expected) => {
  const body = around.replace('*', items.join(' , '));

  it('makes an event of each item, of its own bytes', () => {
    const events = eventsOf(id, body);
    expect(events).toMatchObject(expected);
    expect(events.map(({ payload }) => payload.toString())).toEqual(items);
  });

  it('they are not repeats of one another, and a retry of each is a repeat', () => {
    const { identity } = getProvider(id) as Provider;
    const keysOf = () => repeatKeysOf(eventsOf(id, body), { ...identity, retries: true }, undefined, 60_000);
    const keys = keysOf().map((found) => found?.key);
    expect(new Set(keys.filter((key) => key !== undefined)).size).toBe(
      identity.equalBodies === 'events' ? 0 : items.length,
    );
    expect(keysOf().map((found) => found?.key)).toEqual(keys);
  });

  it('makes no event of an empty list, and refuses a body that is neither a list nor one event', () => {
    expect(eventsOf(id, around.replace('*', ''))).toEqual([]);
    const { interpret, preset } = getProvider(id) as Provider;
    const objects = ['{"other":[]}', '{"events":{},"value":{},"data":{"events":7}}'];
    const mayBeOne = preset?.batch === '' || preset?.batchOptional === true;
    if (mayBeOne) {
      for (const body of objects)
        expect(eventsOf(id, body).map(({ payload }) => `${payload}`)).toEqual([body]);
    }
    for (const rawBody of ['7', ...(mayBeOne ? [] : objects)]) {
      expect(interpret(request({ rawBody: Buffer.from(rawBody) }))).toMatchObject({ code: 'malformed_body' });
    }
  });
});

it('an empty list is answered, and nothing is stored', async () => {
  const rawBody = Buffer.from('{"events":[]}');
  const secret = Buffer.alloc(32, 1).toString('hex');
  const signature = createHmac('sha256', secret).update(rawBody).digest('hex');
  const heartbeat = request({ rawBody, headers: { 'x-hook-signature': [signature] } });
  expect(
    await receiveWebhook(getProvider('asana') as Provider, { request: heartbeat, secrets: [secret] }),
  ).toEqual({ kind: 'answered', answer: { status: 200, headers: {}, body: '' }, reason: 'no_events' });
});

describe('events that are the same byte for byte', () => {
  it('are told apart by the time around them', () => {
    const body = (timeMs: number) =>
      `{"time_ms":${timeMs},"events":[{"name":"channel_occupied","channel":"c"}]}`;
    const keys = [1, 2, 2].map((timeMs) =>
      repeatKeyOf('pusher', eventsOf('pusher', body(timeMs))[0] as NormalizedEvent),
    );
    expect(new Set(keys).size).toBe(2);
  });

  it.each([
    ['sharepoint', '{"value":[{"subscriptionId":"s1","resource":"l1"}]}'],
    ['microsoft-graph', '{"value":[{"subscriptionId":"s1","changeType":"updated"}]}'],
    ['dropbox', '{"list_folder":{"accounts":["dbid:1"]}}'],
  ])('of %s, which only say that there is news, are never repeats', (id, body) => {
    expect(eventsOf(id, body).map((event) => repeatKeyOf(id, event))).toEqual([undefined]);
  });

  it('in one request are told apart by their number', () => {
    const item = '{"name":"client_event","channel":"c","event":"client-typing","data":"{}"}';
    const events = eventsOf('pusher', `{"time_ms":1,"events":[${item},${item}]}`);
    const { identity } = getProvider('pusher') as Provider;
    const keys = repeatKeysOf(events, identity, undefined, 60_000).map((found) => found?.key);
    expect(new Set(keys).size).toBe(2);
  });
});

it('a batch whose events would share one delivery id is refused at load', () => {
  const { preset } = getProvider('asana') as Provider;
  if (preset === undefined) throw new Error('Asana is a preset.');
  for (const id of [{ header: 'x-id' }, { around: '/id' }]) {
    const identity = { id, names: 'x', unique: 'source', stable: true, retries: true } as const;
    expect(() => definePreset({ ...preset, identity })).toThrow('must be in the item');
  }
});

it('quickbooks in its old form has an event for each entity of each company, told apart by its time', () => {
  const entity = (id: string, operation: string, lastUpdated: string) =>
    `{"name":"Customer","id":"${id}","operation":"${operation}","lastUpdated":"${lastUpdated}"}`;
  const first = entity('1', 'Create', '2015-10-05T14:42:19-0700');
  const company = (realmId: string, entities: readonly string[]) =>
    `{"realmId":"${realmId}","dataChangeEvent":{"entities":[${entities.join(',')}]}}`;
  const body = `{"eventNotifications":[${company('r1', [first, entity('1', 'Update', '2015-10-05T14:42:20Z')])},${company('r2', [first])}]}`;
  const events = eventsOf('quickbooks', body);
  expect(events).toMatchObject([
    {
      type: 'quickbooks.Customer.Create',
      source: '/quickbooks/r1',
      subject: '1',
      timeMs: Date.parse('2015-10-05T21:42:19Z'),
      payload: Buffer.from(first),
    },
    { type: 'quickbooks.Customer.Update', source: '/quickbooks/r1', subject: '1' },
    { type: 'quickbooks.Customer.Create', source: '/quickbooks/r2' },
  ]);
  expect(new Set(events.map(({ deliveryId }) => deliveryId)).size).toBe(3);
  // A retry may split the batch differently.
  const again = eventsOf('quickbooks', `{"eventNotifications":[${company('r2', [first])}]}`);
  expect(again[0]?.deliveryId).toBe(events[2]?.deliveryId);
});
