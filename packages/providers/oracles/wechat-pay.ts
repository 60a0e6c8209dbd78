import { createCipheriv, generateKeyPairSync, sign as signBytes } from 'node:crypto';
import type { Oracle } from './oracle.ts';

const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const nonce = 'fdasflkja484';
/** A notification whose details are encrypted with the key of the merchant. */
const notification = (secret: string): Buffer => {
  const cipher = createCipheriv('aes-256-gcm', secret, nonce);
  cipher.setAAD(Buffer.from('transaction'));
  const details =
    '{"mchid":"1900000100","out_trade_no":"1217752501201407033233368018","trade_state":"SUCCESS"}';
  const ciphertext = Buffer.concat([cipher.update(details), cipher.final(), cipher.getAuthTag()]);
  return Buffer.from(
    JSON.stringify({
      id: 'EV-2018022511223320873',
      create_time: '2023-11-14T22:13:20+08:00',
      resource_type: 'encrypt-resource',
      event_type: 'TRANSACTION.SUCCESS',
      summary: 'Success',
      resource: {
        algorithm: 'AEAD_AES_256_GCM',
        original_type: 'transaction',
        ciphertext: ciphertext.toString('base64'),
        nonce,
        associated_data: 'transaction',
      },
    }),
  );
};

export const oracle: Oracle = {
  provider: 'wechat-pay',
  source: 'wechatpay-apiv3/wechatpay-go core/auth/validators/wechat_pay_validator.go and core/notify',
  secrets: ['the-first-APIv3-key-of-32-letter', 'the-other-APIv3-key-of-32-letter'],
  options: { publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString() },
  covers: 'body',
  covered: 'TRANSACTION.SUCCESS',
  signatureHeaders: ['wechatpay-signature', 'wechatpay-timestamp', 'wechatpay-nonce'],
  // What is sent instead depends on the secret.
  body: '{}',
  toleranceSeconds: 300,
  sign: ({ nowMs, secret }) => {
    const body = notification(secret);
    const message = `${nowMs / 1000}\n${nonce}\n${body.toString()}\n`;
    return {
      body,
      headers: {
        'wechatpay-serial': 'PUB_KEY_ID_0114232134912410000000000000',
        'wechatpay-timestamp': `${nowMs / 1000}`,
        'wechatpay-nonce': nonce,
        'wechatpay-signature': signBytes('sha256', Buffer.from(message), privateKey).toString('base64'),
        'wechatpay-signature-type': 'WECHATPAY2-SHA256-RSA2048',
      },
    };
  },
};
