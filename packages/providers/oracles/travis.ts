import { generateKeyPairSync, sign as signBytes } from 'node:crypto';
import type { Oracle } from './oracle.ts';

const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const payload =
  '{"id":1771008,"number":"1","config":{},"type":"push","state":"passed","status":0,"result":0,"status_message":"Passed","started_at":"2023-11-14T22:12:20Z","finished_at":"2023-11-14T22:13:20Z","branch":"main","repository":{"id":1,"name":"api","owner_name":"acme"}}';

export const oracle: Oracle = {
  provider: 'travis',
  source: 'https://docs.travis-ci.com/user/notifications/#verifying-webhook-requests',
  secrets: ['', ''],
  published: {
    'https://api.travis-ci.com/config': JSON.stringify({
      config: {
        notifications: { webhook: { public_key: publicKey.export({ type: 'spki', format: 'pem' }) } },
      },
    }),
  },
  covers: 'part',
  covered: 'Passed',
  signatureHeaders: ['signature'],
  contentType: 'application/x-www-form-urlencoded',
  body: new URLSearchParams({ payload }).toString(),
  sign: () => ({
    headers: {
      'travis-repo-slug': 'acme/api',
      signature: signBytes('sha1', Buffer.from(payload), privateKey).toString('base64'),
    },
  }),
};
