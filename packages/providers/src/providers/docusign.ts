import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';

/** One header for each key of the account. */
const MORE_SIGNATURES = Array.from({ length: 31 }, (_, index) => `x-docusign-signature-${index + 2}`);

export const docusign = definePreset({
  id: 'docusign',
  name: 'Docusign Connect',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://developers.docusign.com/docs/platform/webhooks/connect/validate',
      checkedOn: '2026-11-29',
    },
    {
      kind: 'official-docs',
      source:
        'https://github.com/docusign/code-examples-node/blob/HEAD/lib/connect/examples/validateWebhookMessage.js',
      checkedOn: '2026-11-30',
    },
  ],
  identity: {
    id: [{ json: '/event' }, { json: '/data/envelopeId' }, { json: '/generatedDateTime' }],
    ifPresent: [{ json: '/data/recipientId' }],
    names: 'the event of an envelope, with the time of the message; retryCount counts attempts',
    unique: 'everywhere',
    stable: 'unknown',
    retries: 'unknown',
  },
  setup: copySecret({
    where: 'the Docusign settings, under Connect',
    secret: 'a Connect key (HMAC)',
    notes: [
      'Choose JSON (send individual messages) as the format, and include the HMAC signature.',
      'Docusign signs with every key of the account. Hookline verifies the first 32 signatures.',
    ],
  }),
  documentation: 'https://developers.docusign.com/platform/webhooks/connect/',
  scheme: {
    signature: { header: 'x-docusign-signature-1', moreHeaders: MORE_SIGNATURES },
    encoding: 'base64',
  },
  type: [{ json: '/event' }],
  source: [{ json: '/data/accountId' }],
  subject: { json: '/data/envelopeId' },
  time: { json: '/generatedDateTime', unit: 'iso' },
  eventTypes: `envelope-created envelope-sent envelope-resent envelope-delivered envelope-completed
    envelope-declined envelope-voided envelope-corrected envelope-deleted envelope-purge envelope-discard
    recipient-sent recipient-resent recipient-delivered recipient-completed recipient-declined
    recipient-authenticationfailed recipient-autoresponded recipient-reassign recipient-delegate
    recipient-finish-later template-created template-modified template-deleted click-agreed click-declined
    sms-opt-in sms-opt-out`,
});
