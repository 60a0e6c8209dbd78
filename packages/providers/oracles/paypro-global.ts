import { createHash } from 'node:crypto';
import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'paypro-global',
  source:
    'public receivers of https://developers.payproglobal.com/docs/integrate-with-paypro-global/webhook-ipn (SHA-256 of six fields and the validation key)',
  secrets: ['the validation key of the vendor', 'another validation key of it'],
  covers: 'part',
  covered: 'Processed',
  signatureHeaders: [],
  contentType: 'application/x-www-form-urlencoded',
  body: 'IPN_TYPE_ID=1&IPN_TYPE_NAME=OrderCharged&ORDER_ID=12345678&ORDER_STATUS=Processed&ORDER_TOTAL_AMOUNT=19.99&ORDER_CURRENCY_CODE=USD&CUSTOMER_EMAIL=jane%40example.com&CUSTOMER_NAME=Jane+Smith&TEST_MODE=0',
  sign: ({ body, secret }) => {
    const fields = new URLSearchParams(body.toString());
    const value = (name: string) => fields.get(name) ?? '';
    const message = [
      value('ORDER_ID'),
      value('ORDER_STATUS'),
      value('ORDER_TOTAL_AMOUNT'),
      value('CUSTOMER_EMAIL'),
      secret,
      value('TEST_MODE'),
      value('IPN_TYPE_NAME'),
    ].join('');
    const hash = createHash('sha256').update(message).digest('hex');
    return { headers: {}, body: Buffer.from(`SIGNATURE=${hash}&${body.toString()}`) };
  },
};
