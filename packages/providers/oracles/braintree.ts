import { createHash, createHmac } from 'node:crypto';
import type { Oracle, Signed, Unsigned } from './oracle.ts';

const payload = Buffer.from(
  '<notification><kind>check</kind><timestamp type="datetime">2026-05-24T11:08:56Z</timestamp><subject><check type="boolean">true</check></subject></notification>',
).toString('base64');

/** The key of the HMAC is the SHA-1 of the private key. The list has a signature for each API key of the account. */
const sign = ({ secret }: Unsigned, signed: string): Signed => {
  const key = createHash('sha1').update(secret).digest();
  const signature = createHmac('sha1', key).update(signed).digest('hex');
  const list = `another_public_key|${'0'.repeat(40)}&made_up_public_key|${signature}`;
  return {
    headers: {},
    body: Buffer.from(`bt_signature=${encodeURIComponent(list)}&bt_payload=${encodeURIComponent(signed)}`),
  };
};

export const oracle: Oracle = {
  provider: 'braintree',
  source:
    'github.com/braintree/braintree_node lib/braintree/webhook_notification_gateway.js; https://developer.paypal.com/braintree/docs/guides/webhooks/parse',
  secrets: [Buffer.alloc(16, 1).toString('hex'), Buffer.alloc(16, 2).toString('hex')],
  options: { public_key: 'made_up_public_key' },
  covers: 'part',
  covered: payload.slice(8, 24),
  signatureHeaders: [],
  body: `bt_payload=${encodeURIComponent(payload)}`,
  contentType: 'application/x-www-form-urlencoded',
  variants: { 'with a line break behind the payload': (unsigned) => sign(unsigned, `${payload}\n`) },
  sign: (unsigned) => sign(unsigned, payload),
};
