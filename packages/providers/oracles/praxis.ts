import { createHash } from 'node:crypto';
import type { Oracle } from './oracle.ts';

const signature = (values: readonly unknown[], secret: string) =>
  createHash('sha384')
    .update(
      `${values
        .filter((value) => value !== null)
        .map(String)
        .join('')}${secret}`,
    )
    .digest('hex');

export const oracle: Oracle = {
  provider: 'praxis',
  source:
    'https://docs.praxis.tech/reference/paymentnotification and https://docs.praxis.tech/reference/subscriptionnotification',
  secrets: ['the merchant secret of the application', 'another merchant secret of it'],
  covers: 'part',
  covered: 'USD',
  signatureHeaders: ['gt-authentication'],
  body: '{"merchant_id":"Test-Integration-Merchant","application_key":"Sandbox","conversion_rate":null,"customer":{"customer_token":"75bb5c5df6a7e5bd8c2ff0b2bb1b5f5e"},"session":{"auth_token":null,"intent":"payment","session_status":"successful","order_id":"test-1560610955"},"transaction":{"transaction_type":"sale","transaction_status":"approved","tid":756850,"transaction_id":"13348","currency":"USD","amount":100,"conversion_rate":1,"processed_currency":"USD","processed_amount":100},"version":"1.3","timestamp":1700000000}',
  sign: ({ body, secret }) => {
    const notice = JSON.parse(body.toString()) as Record<
      'merchant_id' | 'application_key' | 'timestamp',
      unknown
    > & {
      customer: { customer_token: unknown };
      session: { order_id: unknown };
      transaction: Record<
        'tid' | 'currency' | 'amount' | 'conversion_rate' | 'processed_currency' | 'processed_amount',
        unknown
      >;
    };
    const { customer, session, transaction } = notice;
    const values = [
      notice.merchant_id,
      notice.application_key,
      notice.timestamp,
      customer.customer_token,
      session.order_id,
      transaction.tid,
      transaction.currency,
      transaction.amount,
      transaction.conversion_rate,
      transaction.processed_currency,
      transaction.processed_amount,
    ];
    return { headers: { 'gt-authentication': signature(values, secret) } };
  },
  variants: {
    'a notification about a subscription': ({ secret }) => {
      const notice = {
        event: 'subscription.created',
        merchant_id: 'Test-Integration-Merchant',
        application_key: 'Sandbox',
        cid: '1',
        plan_id: 12,
        subscription_id: 34,
        subscription_status: 'active',
        timestamp: 1_700_000_000,
      };
      return {
        body: Buffer.from(JSON.stringify({ ...notice, version: '1.3' })),
        headers: { 'gt-authentication': signature(Object.values(notice), secret) },
      };
    },
  },
};
