import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

const order = [
  'amount_cents',
  'created_at',
  'currency',
  'error_occured',
  'has_parent_transaction',
  'id',
  'integration_id',
  'is_3d_secure',
  'is_auth',
  'is_capture',
  'is_refunded',
  'is_standalone_payment',
  'is_voided',
  'order.id',
  'owner',
  'pending',
  'source_data.pan',
  'source_data.sub_type',
  'source_data.type',
  'success',
];
const valueAt = (value: unknown, path: string): unknown =>
  path.split('.').reduce<unknown>((inner, name) => (inner as Record<string, unknown>)[name], value);

export const oracle: Oracle = {
  provider: 'paymob',
  source:
    'https://developers.paymob.com/paymob-docs/developers/webhook-callbacks-and-hmac/hmac/hmac-transaction-callback',
  secrets: [
    Buffer.alloc(16, 1).toString('hex').toUpperCase(),
    Buffer.alloc(16, 2).toString('hex').toUpperCase(),
  ],
  covers: 'part',
  covered: 'EGP',
  signatureHeaders: [],
  body: '{"type":"TRANSACTION","obj":{"id":192036465,"pending":false,"amount_cents":100000,"success":true,"is_auth":false,"is_capture":false,"is_standalone_payment":true,"is_voided":false,"is_refunded":false,"is_3d_secure":true,"integration_id":4097558,"has_parent_transaction":false,"order":{"id":217503754,"amount_cents":100000},"created_at":"2024-06-13T11:33:44.592345","currency":"EGP","source_data":{"pan":"2346","type":"card","sub_type":"MasterCard"},"error_occured":false,"owner":302852}}',
  sign: ({ body, url, secret }) => {
    const { obj } = JSON.parse(body.toString()) as { obj: unknown };
    const message = order.map((path) => String(valueAt(obj, path))).join('');
    return { headers: {}, url: `${url}?hmac=${createHmac('sha512', secret).update(message).digest('hex')}` };
  },
};
