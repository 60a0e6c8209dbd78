import { describe, expect, it } from 'vitest';
import { request } from '../../fixtures/signed-request.ts';
import { getProvider, listProviders, type Provider, receiveWebhook } from '../index.ts';
import { readCloudEvents } from './cloud-events.ts';

const EVENTS = [
  {
    specversion: '1.0',
    id: '1',
    source: 'intuit.example/company/9',
    type: 'qbo.customer.created.v1',
    subject: 'customer 7',
    time: '2026-09-12T10:00:00Z',
    data: { n: 7 },
  },
  { specversion: '1.0', id: '2', source: 'intuit.example/company/9', type: 'com.bearer.thing.changed' },
];

const receive = (body: string, id = 'bearer') =>
  receiveWebhook(getProvider(id) as Provider, {
    request: request({ headers: { authorization: ['Bearer a-long-token'] }, rawBody: Buffer.from(body) }),
    secrets: ['a-long-token'],
  });

describe('an array of CloudEvents', () => {
  it('becomes one event per item, with its own type, id, time, subject and bytes', async () => {
    const reception = await receive(`\n [${EVENTS.map((event) => JSON.stringify(event)).join(' , ')}]`);
    expect(reception).toMatchObject({
      kind: 'events',
      events: [
        {
          type: 'bearer.qbo.customer.created.v1',
          subject: 'customer 7',
          timeMs: Date.parse('2026-09-12T10:00:00Z'),
          source: '/bearer/intuit.example/company/9',
          payload: Buffer.from(JSON.stringify(EVENTS[0])),
        },
        { type: 'bearer.thing.changed', payload: Buffer.from(JSON.stringify(EVENTS[1])) },
      ],
    });
  });

  it('has a repeat key for each, by source and id', async () => {
    const [first, changed] = [
      await receive(JSON.stringify(EVENTS)),
      await receive(JSON.stringify(EVENTS.toReversed())),
    ];
    if (first.kind !== 'events' || changed.kind !== 'events') throw new Error('Expected events.');
    const keys = first.repeatKeys.map((key) => key?.key);
    expect(new Set(keys).size).toBe(2);
    expect(changed.repeatKeys.map((key) => key?.key)).toEqual(keys.toReversed());
  });

  it('is split for every provider', async () => {
    for (const { id } of listProviders()) {
      const provider = getProvider(id) as Provider;
      const reception = await receiveWebhook(
        {
          ...provider,
          handshake: () => undefined,
          validate: () => undefined,
          verify: () => ({ ok: true, secretIndex: 0 }),
        },
        {
          request: request({
            method: (provider.methods ?? ['POST'])[0] as string,
            rawBody: Buffer.from(JSON.stringify(EVENTS)),
          }),
          secrets: ['x'],
        },
      );
      const subject = provider.cloudEvents?.subject === undefined ? 'customer 7' : undefined;
      expect(reception, id).toMatchObject({ kind: 'events' });
      if (reception.kind !== 'events') continue;
      expect(
        reception.events.map((event) => event.subject),
        id,
      ).toEqual([subject, undefined]);
    }
  });

  it('uses the extension attributes of a provider that has some', () => {
    const events = [
      { ...EVENTS[0], company: 'c/9', thing: '7' },
      { ...EVENTS[1], subject: 'kept', thing: 8 },
    ];
    const provider = { id: 'acme', cloudEvents: { source: 'company', subject: 'thing' } };
    const made = readCloudEvents(provider, request({ rawBody: Buffer.from(JSON.stringify(events)) }));
    expect(made?.map(({ source, subject }) => ({ source, subject }))).toEqual([
      { source: '/acme/c/9', subject: '7' },
      { source: '/acme/intuit.example/company/9', subject: undefined },
    ]);
    expect(made?.[0]?.deliveryId).not.toBe(made?.[1]?.deliveryId);
  });

  it.each([
    ['an item that is none', JSON.stringify([...EVENTS, { id: '3' }])],
    ['an item with an empty id', JSON.stringify([{ ...EVENTS[0], id: '' }])],
    ['no item', '[]'],
  ])('with %s is not split', async (_what, body) => {
    const reception = await receive(body);
    expect(reception).toMatchObject({ kind: 'events', events: [{ type: 'bearer.unknown' }] });
  });
});
