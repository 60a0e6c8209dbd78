import { generateKeyPairSync, sign as signBytes } from 'node:crypto';
import type { Oracle } from './oracle.ts';

const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const kid = '7f6c5b4a-0000-4000-8000-1a2b3c4d5e6f';

export const oracle: Oracle = {
  provider: 'shipstation',
  source: 'https://docs.shipstation.com/apis/docs/guides/webhooks-validation',
  secrets: ['', ''],
  published: {
    'https://api.shipengine.com/jwks': JSON.stringify({
      keys: [{ ...publicKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256', kid }],
    }),
  },
  covers: 'body',
  signatureHeaders: ['x-shipengine-rsa-sha256-signature', 'x-shipengine-timestamp'],
  body: '{"resource_url":"https://api.shipengine.com/v1/tracking?carrier_code=usps&tracking_number=9400111298370264401222","resource_type":"API_TRACK","data":{"tracking_number":"9400111298370264401222","status_code":"IT"}}',
  toleranceSeconds: 300,
  sign: ({ body, nowMs }) => {
    const timestamp = new Date(nowMs).toISOString().replace('.000', '');
    const message = Buffer.concat([Buffer.from(`${timestamp}.`), body]);
    return {
      headers: {
        'x-shipengine-rsa-sha256-key-id': kid,
        'x-shipengine-rsa-sha256-signature': signBytes('sha256', message, privateKey).toString('base64'),
        'x-shipengine-timestamp': timestamp,
      },
    };
  },
};
