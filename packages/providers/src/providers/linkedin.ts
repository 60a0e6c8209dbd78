import { definePreset } from '../presets/define-preset.ts';
import { useKey } from '../presets/setup-steps.ts';

/** The question asks for a signature of any code. A message begins with `hmacsha256=`, which no code contains. */
export const linkedin = definePreset({
  id: 'linkedin',
  name: 'LinkedIn',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://learn.microsoft.com/en-us/linkedin/shared/api-guide/webhook-validation',
      checkedOn: '2026-11-29',
    },
  ],
  identity: {
    id: [{ json: '/notifications/0/notificationId' }, { hash: 'body' }],
    otherwise: { json: '/notificationId' },
    names: 'the first notification, so the body is a part of it',
    unique: 'unknown',
    stable: true,
    retries: true,
  },
  setup: useKey({
    where: 'the developer portal of LinkedIn, under Webhooks',
    secret: 'the client secret of the app',
    notes: [
      'LinkedIn asks for a signature at once and every two hours, which is answered here: store the secret first.',
    ],
  }),
  documentation: 'https://learn.microsoft.com/linkedin/shared/api-guide/webhook-validation',
  scheme: { signature: { header: 'x-li-signature' }, encoding: 'hex', message: 'hmacsha256={body}' },
  handshakes: [
    {
      method: 'GET',
      token: { query: 'challengeCode' },
      signs: /^[A-Za-z0-9-]{1,100}$/,
      reply: { json: { challengeCode: '{token}', challengeResponse: '{hex}' } },
    },
  ],
});
