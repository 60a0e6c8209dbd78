import { createSign, generateKeyPairSync, type KeyObject } from 'node:crypto';
import type { Oracle } from './oracle.ts';

const pair = () => generateKeyPairSync('ec', { namedCurve: 'P-256' });
const [first, second] = [pair(), pair()];
/** The API gives the key in PEM without line breaks. */
const oneLine = (key: KeyObject): string =>
  key.export({ type: 'spki', format: 'pem' }).toString().replaceAll('\n', '');
const secrets = [oneLine(first.publicKey), oneLine(second.publicKey)] as const;

export const oracle: Oracle = {
  provider: 'ebay',
  source: 'github.com/eBay/event-notification-nodejs-sdk lib/validator.js, which breaks the key into lines',
  secrets,
  covers: 'body',
  signatureHeaders: ['x-ebay-signature'],
  body: '{"metadata":{"topic":"MARKETPLACE_ACCOUNT_DELETION","schemaVersion":"1.0","deprecated":false},"notification":{"notificationId":"49feeaeb-4982-42d9-a377-9645b8479411_33f7e043-fed8-442b-9d44-791923bd9a6d","eventDate":"2026-05-24T11:08:56.000Z","publishDate":"2026-05-24T11:08:57.000Z","publishAttemptCount":1,"data":{"username":"test_user","userId":"ma8vp1jySJC"}}}',
  sign: ({ body, secret }) => {
    const signature = createSign('SHA1')
      .update(body)
      .sign(secret === secrets[0] ? first.privateKey : second.privateKey, 'base64');
    const value = { alg: 'ecdsa', kid: '9936261a-7d7b-4621-a0f1-964b0b5b1fd8', signature, digest: 'SHA1' };
    return { headers: { 'x-ebay-signature': Buffer.from(JSON.stringify(value)).toString('base64') } };
  },
};
