import { createHmac } from 'node:crypto';
import { expect, it } from 'vitest';
import { request } from '../../fixtures/signed-request.ts';
import { receiveWebhook } from '../index.ts';
import { mercadoPago } from './mercado-pago.ts';

const BODY =
  '{"id":12345,"type":"payment","action":"payment.updated","date_created":"2026-01-02T03:04:05.000-03:00","user_id":44444,"data":{"id":"AbC9"}}';

interface Sent {
  id?: string | undefined;
  requestId?: string | undefined;
  signedId?: string;
  secret?: string;
  signature?: string;
}
function receive({ id = 'AbC9', requestId, signedId = 'abc9', secret = 'our key', signature }: Sent = {}) {
  const message = `${signedId && `id:${signedId};`}${requestId === undefined ? '' : `request-id:${requestId};`}ts:1704908010;`;
  const hex = createHmac('sha256', secret).update(message).digest('hex');
  return receiveWebhook(mercadoPago, {
    request: request({
      query: new URLSearchParams(id === '' ? {} : { 'data.id': id, type: 'payment' }),
      rawBody: Buffer.from(BODY),
      headers: {
        'x-signature': [signature ?? `ts=1704908010,v1=${hex}`],
        ...(requestId === undefined ? {} : { 'x-request-id': [requestId] }),
      },
    }),
    secrets: ['another key', 'our key'],
  });
}

it('accepts an id that is signed unchanged, as in the SDKs, beside signatures of other versions', async () => {
  expect(await receive({ signedId: 'AbC9' })).toMatchObject({ kind: 'events', secretIndex: 1 });
  const hex = createHmac('sha256', 'our key').update('id:AbC9;ts:1704908010;').digest('hex');
  for (const signature of [`v1=${hex}, ts=1704908010`, `ts=1704908010,v2=${'0'.repeat(64)},v1=${hex}`]) {
    expect(await receive({ signature })).toMatchObject({ kind: 'events' });
  }
});

it('accepts ids in lower case, with and without the id of the request', async () => {
  for (const requestId of ['bb56a2f1-6aae-46ac-982e-9dcd3581d08e', undefined]) {
    expect(await receive({ requestId })).toMatchObject({
      kind: 'events',
      secretIndex: 1,
      events: [
        {
          type: 'mercado-pago.payment.updated',
          source: '/mercado-pago/44444',
          subject: 'AbC9',
          deliveryId: '12345',
          timeMs: Date.UTC(2026, 0, 2, 6, 4, 5),
        },
      ],
    });
  }
  expect(await receive({ id: '', signedId: '' })).toMatchObject({ kind: 'events' });
});

it.each<[string, Sent, string]>([
  ['another id', { id: 'abc8' }, 'invalid_signature'],
  ['another key', { secret: 'x' }, 'invalid_signature'],
  ['an id that holds more than an id', { id: 'abc9;ts:1' }, 'malformed_signature'],
  ['a signature of another form', { signature: 'v1=00' }, 'malformed_signature'],
  ['no signature', { signature: '' }, 'missing_signature'],
])('refuses %s', async (_name, sent, code) => {
  expect(await receive(sent)).toMatchObject({ rejection: { code, status: 401 } });
});

it('has a caution that the signature does not cover the body', () => {
  expect(mercadoPago.caution).toContain('not the body');
});
