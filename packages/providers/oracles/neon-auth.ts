import { generateKeyPairSync, sign as signBytes } from 'node:crypto';
import type { Oracle } from './oracle.ts';

const { publicKey, privateKey } = generateKeyPairSync('ed25519');
const kid = '01dec52b-4666-40f7-87ed-6423552eecaf';
const authUrl = 'https://ep-cool-sound-12345678.neonauth.us-east-1.aws.neon.tech/neondb/auth';

export const oracle: Oracle = {
  provider: 'neon-auth',
  source: 'https://neon.com/docs/auth/guides/webhooks',
  secrets: ['', ''],
  options: { authUrl },
  published: {
    [`${authUrl}/.well-known/jwks.json`]: JSON.stringify({
      keys: [{ ...publicKey.export({ format: 'jwk' }), alg: 'EdDSA', kid }],
    }),
  },
  covers: 'body',
  signatureHeaders: ['x-neon-signature', 'x-neon-timestamp'],
  body: '{"event_id":"550e8400-e29b-41d4-a716-446655440000","event_type":"user.created","timestamp":"2023-11-14T22:13:20.000Z","context":{"endpoint_id":"ep-cool-sound-12345678","project_name":"My SaaS App"},"user":{"id":"a1b2c3d4-e5f6-7890-abcd-ef1234567890","email":"user@example.com"},"event_data":{"auth_provider":"credential"}}',
  toleranceSeconds: 300,
  sign: ({ body, nowMs }) => {
    const header = Buffer.from(JSON.stringify({ alg: 'EdDSA', typ: 'JWS', kid })).toString('base64url');
    const payload = Buffer.from(`${nowMs}.${body.toString('base64url')}`).toString('base64url');
    const signature = signBytes(null, Buffer.from(`${header}.${payload}`), privateKey).toString('base64url');
    return {
      headers: {
        'x-neon-signature': `${header}..${signature}`,
        'x-neon-signature-kid': kid,
        'x-neon-timestamp': `${nowMs}`,
        'x-neon-event-type': 'user.created',
        'x-neon-event-id': '550e8400-e29b-41d4-a716-446655440000',
        'x-neon-delivery-attempt': '1',
      },
    };
  },
};
