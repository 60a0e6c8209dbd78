import { randomBytes } from 'node:crypto';
import { Stripe } from 'stripe';
import { callAddress } from './call-address.ts';
import type { ProviderApp } from './provider-app.ts';
import { verifyRequests } from './verify-requests.ts';

/** Stripe, and an app that verifies with Stripe's SDK. */
export async function startStripeApp(): Promise<ProviderApp> {
  const secret = `whsec_${randomBytes(24).toString('hex')}`;
  const { webhooks } = new Stripe('no key is needed to verify');
  const app = await verifyRequests(
    ({ body, header }) => webhooks.constructEvent(body, header('stripe-signature'), secret).id,
  );
  return {
    ...app,
    provider: 'stripe',
    sdk: 'stripe',
    secret,
    async send(url) {
      const id = `evt_${randomBytes(12).toString('hex')}`;
      const body = JSON.stringify(
        {
          id,
          object: 'event',
          type: 'invoice.paid',
          created: Math.floor(Date.now() / 1000),
          data: { object: { id: 'in_1', object: 'invoice', amount_paid: 1000 } },
        },
        null,
        2,
      );
      const headers = {
        'content-type': 'application/json; charset=utf-8',
        'user-agent': 'Stripe/1.0 (+https://stripe.com/docs/webhooks)',
        'stripe-signature': webhooks.generateTestHeaderString({ payload: body, secret }),
      };
      return { id, status: await callAddress(url, headers, body) };
    },
  };
}
