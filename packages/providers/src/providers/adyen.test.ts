import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { request } from '../../fixtures/signed-request.ts';
import { receiveWebhook } from '../index.ts';
import { adyen } from './adyen.ts';

const DOCS_KEY = ['44782DEF547AAA06C910C43932B1EB0C', '71FC68D9D0C057550C48EC2ACF6BA056'].join('');
const SDK_KEY = ['DFB1EB5485895CFA84146406857104AB', 'B4CBCABDC8AAF103A624C8F6A3EAAB00'].join('');
const OWN_KEY = Buffer.alloc(32, 5).toString('hex');

const DOCS_ITEM = {
  pspReference: '7914073381342284',
  merchantAccountCode: 'TestMerchant',
  merchantReference: 'TestPayment-1407325143704',
  amount: { value: 1130, currency: 'EUR' },
  eventCode: 'AUTHORISATION',
  success: 'true',
  additionalData: { hmacSignature: 'coqCmt/IZ4E3CzPvMY8zTjQVL5hYJUiBRg8UU+iCWo0=' },
};
const SDK_ITEM = {
  pspReference: 'pspReference',
  originalReference: 'originalReference',
  merchantAccountCode: 'merchantAccount',
  merchantReference: 'reference',
  amount: { currency: 'EUR', value: 1000 },
  eventCode: 'REPORT_AVAILABLE',
  eventDate: '2019-09-21T11:45:24.637Z',
  paymentMethod: 'VISA',
  reason: 'reason',
  success: 'true',
  additionalData: { hmacSignature: 'ZNBPtI+oDyyRrLyD1XirkKnQgIAlFc07Vj27TeHsDRE=' },
};

/** Signs as documented: eight members, joined by colons. */
function signed(item: Record<string, unknown>, key = OWN_KEY) {
  const { value = '', currency = '' } = (item['amount'] ?? {}) as Record<string, unknown>;
  const of = (name: string) => item[name] ?? '';
  const message = [
    of('pspReference'),
    of('originalReference'),
    of('merchantAccountCode'),
    of('merchantReference'),
    value,
    currency,
    of('eventCode'),
    of('success'),
  ].join(':');
  const hmacSignature = createHmac('sha256', Buffer.from(key, 'hex')).update(message).digest('base64');
  return { ...item, additionalData: { hmacSignature } };
}

const receive = (items: readonly unknown[], ...secrets: string[]) =>
  receiveWebhook(adyen, {
    request: request({
      rawBody: Buffer.from(
        JSON.stringify({
          live: 'false',
          notificationItems: items.map((item) => ({ NotificationRequestItem: item })),
        }),
      ),
    }),
    secrets,
  });

it.each([
  ['the documentation', DOCS_ITEM, DOCS_KEY],
  ["the tests of Adyen's library", SDK_ITEM, SDK_KEY],
])('accepts the item of %s, and no other', async (_name, item, key) => {
  expect(await receive([item], key)).toMatchObject({
    kind: 'events',
    answer: { status: 200, body: '[accepted]' },
  });
  expect(await receive([item], OWN_KEY)).toMatchObject({
    rejection: { code: 'invalid_signature', status: 401 },
  });
  for (const change of [
    { success: 'false' },
    { amount: { value: 1, currency: 'EUR' } },
    { pspReference: 'x' },
  ]) {
    expect(await receive([{ ...item, ...change }], key)).toMatchObject({
      rejection: { code: 'invalid_signature' },
    });
  }
});

it('makes an event of each item', async () => {
  const other = signed({ ...SDK_ITEM, success: 'false' });
  const reception = await receive([signed(DOCS_ITEM), other], OWN_KEY);
  expect(reception).toMatchObject({
    events: [
      {
        type: 'adyen.authorisation',
        source: '/adyen/TestMerchant',
        subject: 'TestPayment-1407325143704',
        deliveryId: '7914073381342284:TestMerchant:authorisation:true',
        action: 'succeeded',
      },
      {
        type: 'adyen.report_available',
        action: 'failed',
        timeMs: Date.UTC(2019, 8, 21, 11, 45, 24, 637),
      },
    ],
  });
  expect(reception.kind === 'events' && JSON.parse(String(reception.events[1]?.payload))).toEqual({
    NotificationRequestItem: other,
  });
});

describe('refuses', () => {
  it('a batch with a forged item', async () => {
    const forged = { ...DOCS_ITEM, pspReference: 'forged' };
    expect(await receive([DOCS_ITEM, forged], DOCS_KEY)).toMatchObject({
      rejection: { code: 'invalid_signature', details: { item: 1 } },
    });
  });

  it.each([
    ['no item', []],
    ['an item without a signature', [{ ...DOCS_ITEM, additionalData: {} }]],
    ['an item that is none', [null]],
  ])('%s', async (_name, items) => {
    expect(await receive(items, DOCS_KEY)).toMatchObject({
      rejection: { code: 'missing_signature', status: 401 },
    });
  });

  it('a signed member that is an object, because all objects sign alike', async () => {
    const item = signed({ ...DOCS_ITEM, merchantReference: { a: 1 } });
    expect(await receive([item], OWN_KEY)).toMatchObject({ rejection: { code: 'malformed_signature' } });
  });

  it('texts that are not keys', async () => {
    expect(adyen.checkSecret('x')).toContain('64 hexadecimal');
    expect(await receive([DOCS_ITEM], 'x')).toMatchObject({ rejection: { code: 'invalid_secret' } });
    expect(await receive([DOCS_ITEM])).toMatchObject({ rejection: { code: 'no_secret' } });
  });
});

it('tries the older key too', async () => {
  expect(await receive([signed(DOCS_ITEM), signed(SDK_ITEM, SDK_KEY)], OWN_KEY, SDK_KEY)).toMatchObject({
    kind: 'events',
    secretIndex: 1,
  });
});
