import Stripe from 'stripe';
import { describe, expect, it } from 'vitest';
import { NOW_SECONDS, request, signedRequest, signerOf } from '../../fixtures/signed-request.ts';
import { receiveWebhook } from '../index.ts';
import { stripe } from './stripe.ts';

const signer = signerOf('stripe');
const secret = signer.secrets[0];
const sdk = new Stripe('not a key');

const receive = (body: unknown) =>
  receiveWebhook(stripe, { request: signedRequest(signer, JSON.stringify(body)), secrets: [secret] });

const INVOICE_PAID = {
  id: 'evt_1CiPtv2eZvKYlo2CcUZsDcO6',
  object: 'event',
  created: 1530291411,
  livemode: false,
  type: 'invoice.paid',
  data: { object: { id: 'in_1CiPsl2eZvKYlo2CVVyt3LKy', object: 'invoice' } },
};

describe('accepts the signatures of the stripe package', () => {
  const payload = JSON.stringify(INVOICE_PAID);
  const header = (options: Partial<Parameters<typeof sdk.webhooks.generateTestHeaderString>[0]> = {}) =>
    sdk.webhooks.generateTestHeaderString({
      payload,
      secret,
      timestamp: NOW_SECONDS,
      ...options,
    } as Parameters<typeof sdk.webhooks.generateTestHeaderString>[0]);
  const verify = (signature: string, secrets: readonly string[] = [secret]) =>
    stripe.verify({
      request: request({ headers: { 'stripe-signature': [signature] }, rawBody: Buffer.from(payload) }),
      secrets,
    });

  it('with one secret, and with two while one is rotated', async () => {
    expect(await verify(header())).toEqual({ ok: true, secretIndex: 0 });
    const byOther = header({ secret: signer.secrets[1] }).split(',')[1];
    expect((await verify(`${header()},${byOther}`)).ok).toBe(true);
    expect((await verify(`t=${NOW_SECONDS},${byOther},${header().split(',')[1]},v0=abc`)).ok).toBe(true);
  });

  it('accepts only signatures that the stripe package accepts', async () => {
    const signed = signedRequest(signer, payload);
    const signature = signed.headers['stripe-signature']?.[0] ?? '';
    expect(() =>
      sdk.webhooks.constructEvent(payload, signature, secret, 300, undefined, NOW_SECONDS * 1000),
    ).not.toThrow();
  });

  it('refuses a signature under v0, and a signature with the decoded secret', async () => {
    expect((await verify(header({ scheme: 'v0' }))).ok).toBe(false);
    expect(await verify(header(), [secret.replace('whsec_', '')])).toMatchObject({
      code: 'invalid_signature',
    });
  });

  it('refuses a header with two timestamps, or without one', async () => {
    expect(await verify(`t=1,${header()}`)).toMatchObject({ code: 'malformed_timestamp' });
    expect(await verify(`${header()}, ${header()}`)).toMatchObject({ code: 'malformed_timestamp' });
    expect(await verify(header().split(',')[1] ?? '')).toMatchObject({ code: 'missing_timestamp' });
  });
});

describe('events', () => {
  it('of the own account, in test and in live mode', async () => {
    expect(await receive(INVOICE_PAID)).toMatchObject({
      kind: 'events',
      events: [
        {
          type: 'stripe.invoice.paid',
          source: '/stripe/test',
          subject: 'in_1CiPsl2eZvKYlo2CVVyt3LKy',
          timeMs: 1530291411000,
          deliveryId: 'evt_1CiPtv2eZvKYlo2CcUZsDcO6',
        },
      ],
    });
    expect(await receive({ ...INVOICE_PAID, livemode: true })).toMatchObject({
      events: [{ source: '/stripe/live' }],
    });
  });

  it('of a connected account', async () => {
    expect(await receive({ ...INVOICE_PAID, account: 'acct_1' })).toMatchObject({
      events: [{ source: '/stripe/acct_1' }],
    });
  });

  it('that are thin', async () => {
    const thin = {
      id: 'evt_test_65R9Ijk8dKEYZcXeRWn16R9A7j1FSQ3w3TGDPLLGSM4CW0',
      object: 'v2.core.event',
      type: 'v2.core.account[requirements].updated',
      livemode: true,
      created: '2024-09-17T06:20:52.246Z',
      context: 'acct_2',
      related_object: { id: 'acct_3', type: 'v2.core.account', url: '/v2/core/accounts/acct_3' },
    };
    expect(await receive(thin)).toMatchObject({
      events: [
        {
          type: 'stripe.v2.core.account.requirements.updated',
          source: '/stripe/acct_2',
          subject: 'acct_3',
          timeMs: Date.UTC(2024, 8, 17, 6, 20, 52, 246),
          deliveryId: thin.id,
        },
      ],
    });
    expect(stripe.eventTypes).toContain('stripe.v2.core.account.requirements.updated');
  });

  it('without the usual members are accepted', async () => {
    expect(await receive({ id: 'evt_test_webhook', object: 'event' })).toMatchObject({
      events: [{ type: 'stripe.unknown', deliveryId: 'evt_test_webhook' }],
    });
  });
});
