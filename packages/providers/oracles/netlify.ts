import { createHash, createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'netlify',
  source: 'https://docs.netlify.com/site-deploys/notifications/#payload-signature',
  secrets: ['a JWS secret token of our own', 'another JWS secret token of our own'],
  covers: 'body',
  signatureHeaders: ['x-webhook-signature'],
  body: '{"id":"5ebc34bf4fea0b01f02efa3a","site_id":"fa4dd95a-994e-4f89-8a7a-2d9e9fc36a32","build_id":"5ebc34bf4fea0b01f02efa38","state":"ready","name":"acme","url":"https://www.example.com"}',
  sign: ({ body, secret }) => {
    const claims = { iss: 'netlify', sha256: createHash('sha256').update(body).digest('hex') };
    const text = [{ typ: 'JWT', alg: 'HS256' }, claims]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.');
    return {
      headers: {
        'x-netlify-event': 'deploy_created',
        'x-webhook-signature': `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`,
      },
    };
  },
};
