import { createHash, createHmac } from 'node:crypto';
import type { Oracle, Unsigned } from './oracle.ts';

const hex = (data: Buffer | string) => createHash('sha256').update(data).digest('hex');
const tokenOf = ({ body, url, nowMs, secret }: Unsigned, bits: 256 | 384 | 512): string => {
  const seconds = nowMs / 1000;
  const claims = {
    iss: 'MessageBird',
    nbf: seconds,
    exp: seconds + 60,
    jti: '2a4ba7c2-9a0e-4d9c-9f5f-cd2f0a4bb3f5',
    url_hash: hex(url),
    payload_hash: hex(body),
  };
  const text = [{ alg: `HS${bits}`, typ: 'JWT' }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  return `${text}.${createHmac(`sha${bits}`, secret).update(text).digest('base64url')}`;
};

export const oracle: Oracle = {
  provider: 'messagebird',
  source:
    'messagebird/messagebird-nodejs lib/webhook-signature-jwt.js and lib/testdata/webhook-signature-jwt-reference.json',
  secrets: ['the signing key of the account', 'another signing key of it'],
  covers: 'body',
  signatureHeaders: ['messagebird-signature-jwt'],
  body: '{"type":"message.created","message":{"id":"8aa1b2c3d4e5f6","direction":"received","content":{"text":"Hello"}}}',
  sign: (unsigned) => ({ headers: { 'messagebird-signature-jwt': tokenOf(unsigned, 256) } }),
  variants: {
    HS384: (unsigned) => ({ headers: { 'messagebird-signature-jwt': tokenOf(unsigned, 384) } }),
    HS512: (unsigned) => ({ headers: { 'messagebird-signature-jwt': tokenOf(unsigned, 512) } }),
  },
};
