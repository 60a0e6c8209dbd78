import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

/** As PHP writes JSON: slashes and what is outside of ASCII are escaped. */
const escaped = (value: unknown) =>
  JSON.stringify(value)
    .replaceAll('/', '\\/')
    .replace(/[^\0-\x7f]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`);

export const oracle: Oracle = {
  provider: 'treezor',
  source: 'https://docs.treezor.com/guide/webhooks/integrity-checks.html',
  secrets: ['a webhook secret of Treezor', 'another webhook secret of Treezor'],
  covers: 'part',
  covered: 'Amélie',
  signatureHeaders: [],
  contentType: 'text/plain',
  body: '{"webhook":"user.update","webhook_id":"b5b2a0f0-0000-4000-8000-1a2b3c4d5e6f","webhook_created_at":"17000000000000","object":"user","object_id":"100","object_payload":{"users":[{"userId":"100","firstname":"Amélie","address1":"1 / 3 rue Lepic"}]}}',
  sign: ({ body, secret }) => {
    const event = JSON.parse(body.toString()) as { object_payload: unknown };
    const signature = createHmac('sha256', secret).update(escaped(event.object_payload)).digest('base64');
    return {
      headers: {},
      body: Buffer.from(JSON.stringify({ ...event, object_payload_signature: signature })),
    };
  },
  variants: {
    'escaped in the body, too': ({ body, secret }) => {
      const event = JSON.parse(body.toString()) as { object_payload: unknown };
      const signature = createHmac('sha256', secret).update(escaped(event.object_payload)).digest('base64');
      return { headers: {}, body: Buffer.from(escaped({ ...event, object_payload_signature: signature })) };
    },
  },
};
