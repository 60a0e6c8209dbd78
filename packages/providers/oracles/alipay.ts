import { createSign, generateKeyPairSync } from 'node:crypto';
import type { Oracle, Signed, Unsigned } from './oracle.ts';

const pair = () => generateKeyPairSync('rsa', { modulusLength: 2048 });
const [alipay, stranger] = [pair(), pair()];

/** The secret of a source is the public key that Alipay signs for. */
const secrets = [
  alipay.publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
  stranger.publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
] as const;

const sign = ({ body, url, method, secret }: Unsigned, time: string): Signed => {
  const { pathname, search } = new URL(url);
  const signature = createSign('RSA-SHA256')
    .update(`${method} ${pathname}${search}\nTEST_5X00000000000000.${time}.`)
    .update(body)
    .sign(secret === secrets[0] ? alipay.privateKey : stranger.privateKey, 'base64');
  return {
    headers: {
      'client-id': 'TEST_5X00000000000000',
      'request-time': time,
      signature: `algorithm=RSA256,keyVersion=1,signature=${encodeURIComponent(signature)}`,
    },
  };
};

export const oracle: Oracle = {
  provider: 'alipay',
  source:
    'https://docs.antom.com/ac/ams/digital_signature; github.com/alipay/global-open-sdk-java WebhookTool.java',
  secrets,
  options: { clientId: 'TEST_5X00000000000000' },
  covers: 'body',
  signatureHeaders: ['signature', 'request-time'],
  body: '{"notifyType":"PAYMENT_RESULT","result":{"resultCode":"SUCCESS","resultStatus":"S","resultMessage":"success"},"paymentRequestId":"order-42","paymentId":"202605240102030405060708","paymentAmount":{"value":"1000","currency":"USD"}}',
  variants: {
    'the time as ISO text': (unsigned) =>
      sign(unsigned, new Date(unsigned.nowMs).toISOString().replace('.000', '')),
  },
  sign: (unsigned) => sign(unsigned, String(unsigned.nowMs)),
};
