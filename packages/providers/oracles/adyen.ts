import { createHmac } from 'node:crypto';
import type { Oracle, Signed, Unsigned } from './oracle.ts';

interface Item {
  additionalData: Record<string, string>;
  amount: { currency: string; value: number };
  eventCode: string;
  merchantAccountCode: string;
  merchantReference: string;
  originalReference: string;
  pspReference: string;
  success: string;
}

/** Every item has a signature of its own. */
const sign = ({ body, secret }: Unsigned): Signed => {
  const request = JSON.parse(body.toString()) as { notificationItems: { NotificationRequestItem: Item }[] };
  for (const { NotificationRequestItem: item } of request.notificationItems) {
    const signed = [
      item.pspReference,
      item.originalReference,
      item.merchantAccountCode,
      item.merchantReference,
      item.amount.value,
      item.amount.currency,
      item.eventCode,
      item.success,
    ].join(':');
    item.additionalData['hmacSignature'] = createHmac('sha256', Buffer.from(secret, 'hex'))
      .update(signed)
      .digest('base64');
  }
  return { headers: {}, body: Buffer.from(JSON.stringify(request)) };
};

export const oracle: Oracle = {
  provider: 'adyen',
  source:
    'https://docs.adyen.com/development-resources/webhooks/secure-webhooks/verify-hmac-signatures.md; github.com/Adyen/adyen-node-api-library src/utils/hmacValidator.ts',
  secrets: [Buffer.alloc(32, 1).toString('hex'), Buffer.alloc(32, 2).toString('hex')],
  covers: 'part',
  covered: 'QFQTPCQ8HXSKGK82',
  signatureHeaders: [],
  body: '{"live":"false","notificationItems":[{"NotificationRequestItem":{"additionalData":{"cardSummary":"7777","hmacSignature":""},"amount":{"currency":"EUR","value":1130},"eventCode":"AUTHORISATION","eventDate":"2026-05-24T11:08:56+02:00","merchantAccountCode":"AcmeMerchant","merchantReference":"order 42","originalReference":"","paymentMethod":"visa","pspReference":"QFQTPCQ8HXSKGK82","reason":"123456:7777:12/2030","success":"true"}}]}',
  variants: {
    'an item that refers to another': (unsigned) =>
      sign({
        ...unsigned,
        body: Buffer.from(
          unsigned.body
            .toString()
            .replace('"originalReference":""', '"originalReference":"NC6HT9CRT65ZGN82"'),
        ),
      }),
  },
  sign: (unsigned) => sign(unsigned),
};
