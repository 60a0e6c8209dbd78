import { generateKeyPairSync, sign as signBytes } from 'node:crypto';
import type { Oracle } from './oracle.ts';

/** A public key as the portal shows it, base64 of its 32 bytes, and what signs with it. */
const keyOf = () => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  return {
    text: publicKey.export({ type: 'spki', format: 'der' }).subarray(-32).toString('base64'),
    privateKey,
  };
};
const keys = [keyOf(), keyOf()] as const;

export const oracle: Oracle = {
  provider: 'telnyx',
  source:
    'team-telnyx/telnyx-node src/lib/webhooks.ts and https://developers.telnyx.com/docs/messaging/messages/receiving-webhooks',
  secrets: [keys[0].text, keys[1].text],
  covers: 'body',
  signatureHeaders: ['telnyx-signature-ed25519', 'telnyx-timestamp'],
  body: '{"data":{"event_type":"message.received","id":"b301ed3f-1490-491f-995f-6e64e69674d4","occurred_at":"2023-11-14T22:13:20.000+00:00","payload":{"text":"Hello"},"record_type":"event"},"meta":{"attempt":1,"delivered_to":"https://hooks.example.com/in/1"}}',
  toleranceSeconds: 300,
  sign: ({ body, nowMs, secret }) => {
    const { privateKey } = secret === keys[1].text ? keys[1] : keys[0];
    const timestamp = `${nowMs / 1000}`;
    return {
      headers: {
        'telnyx-timestamp': timestamp,
        'telnyx-signature-ed25519': signBytes(
          null,
          Buffer.concat([Buffer.from(`${timestamp}|`), body]),
          privateKey,
        ).toString('base64'),
      },
    };
  },
};
