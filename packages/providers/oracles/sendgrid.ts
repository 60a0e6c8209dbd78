import { generateKeyPairSync, sign as signBytes } from 'node:crypto';
import type { Oracle } from './oracle.ts';

/** A key as the settings show it, base64 of its SPKI, and what signs with it. */
const keyOf = () => {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { text: publicKey.export({ type: 'spki', format: 'der' }).toString('base64'), privateKey };
};
const keys = [keyOf(), keyOf()] as const;

export const oracle: Oracle = {
  provider: 'sendgrid',
  source:
    'https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/getting-started-event-webhook-security-features',
  secrets: [keys[0].text, keys[1].text],
  covers: 'body',
  signatureHeaders: ['x-twilio-email-event-webhook-signature', 'x-twilio-email-event-webhook-timestamp'],
  body: '[{"email":"example@test.com","timestamp":1700000000,"smtp-id":"<14c5d75ce93.dfd.64b469@ismtpd-555>","event":"processed","category":["cat facts"],"sg_event_id":"rbtnWrG1DVDGGGFHFyun0A==","sg_message_id":"14c5d75ce93.dfd.64b469"}]\r\n',
  sign: ({ body, nowMs, secret }) => {
    const { privateKey } = secret === keys[1].text ? keys[1] : keys[0];
    const timestamp = `${nowMs / 1000}`;
    return {
      headers: {
        'x-twilio-email-event-webhook-timestamp': timestamp,
        'x-twilio-email-event-webhook-signature': signBytes(
          'sha256',
          Buffer.concat([Buffer.from(timestamp), body]),
          privateKey,
        ).toString('base64'),
      },
    };
  },
};
