import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import type { Oracle } from './oracle.ts';

const [first, second] = [generateKeyPairSync('ed25519'), generateKeyPairSync('ed25519')];
const hex = (key: KeyObject): string =>
  Buffer.from(String(key.export({ format: 'jwk' }).x), 'base64url').toString('hex');
const secrets = [hex(first.publicKey), hex(second.publicKey)] as const;

export const oracle: Oracle = {
  provider: 'discord',
  source: 'https://github.com/discord/discord-api-docs docs/events/webhook-events.mdx',
  secrets,
  covers: 'body',
  signatureHeaders: ['x-signature-ed25519', 'x-signature-timestamp'],
  body: '{"version":1,"application_id":"1234560123453231555","type":1,"event":{"type":"APPLICATION_AUTHORIZED","timestamp":"2026-05-24T11:08:56.000000","data":{"integration_type":1,"scopes":["applications.commands"]}}}',
  sign: ({ body, nowMs, secret }) => {
    const timestamp = String(Math.floor(nowMs / 1000));
    const message = Buffer.concat([Buffer.from(timestamp), body]);
    const signature = sign(null, message, secret === secrets[0] ? first.privateKey : second.privateKey);
    return {
      headers: { 'x-signature-ed25519': signature.toString('hex'), 'x-signature-timestamp': timestamp },
    };
  },
};
