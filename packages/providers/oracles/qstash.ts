import { createHash, createHmac } from 'node:crypto';
import type { Oracle, Unsigned } from './oracle.ts';

const tokenOf = ({ body, url, nowMs, secret }: Unsigned, padding = ''): string => {
  const seconds = nowMs / 1000;
  const claims = {
    iss: 'Upstash',
    sub: url,
    exp: seconds + 300,
    nbf: seconds,
    iat: seconds,
    jti: 'jwt_67kxXD6UBAk7DqU6hzuHMDdXFXfP',
    body: `${createHash('sha256').update(body).digest('base64url')}${padding}`,
  };
  const text = [{ alg: 'HS256', typ: 'JWT' }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
};

export const oracle: Oracle = {
  provider: 'qstash',
  source: 'upstash/docs qstash/howto/signature.mdx and upstash/qstash-js src/receiver.ts',
  secrets: [
    `sig${'_'}${Buffer.alloc(21, 1).toString('base64')}`,
    `sig${'_'}${Buffer.alloc(21, 2).toString('base64')}`,
  ],
  covers: 'body',
  signatureHeaders: ['upstash-signature'],
  body: '{"order":"o_1","state":"paid"}',
  sign: (unsigned) => ({
    headers: {
      'upstash-message-id': 'msg_26hZCxZCuWyyTWPmSVBrNB882AMRP',
      'upstash-retried': '0',
      'upstash-signature': tokenOf(unsigned),
    },
  }),
  variants: {
    'with padding in its hash of the body': (unsigned) => ({
      headers: { 'upstash-signature': tokenOf(unsigned, '=') },
    }),
  },
};
