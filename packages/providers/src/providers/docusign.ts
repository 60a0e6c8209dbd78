import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';

export const docusign = definePreset({
  id: 'docusign',
  name: 'Docusign Connect',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://developers.docusign.com/docs/platform/webhooks/connect/validate',
      checkedOn: '2026-11-29',
    },
  ],
  identity: {
    id: 'none',
    because: 'envelopeId names the envelope, of which there are several events',
    retries: 'unknown',
  },
  setup: copySecret({
    where: 'the Docusign settings, under Connect',
    secret: 'a Connect key (HMAC)',
    notes: ['Choose JSON as the format, and include the HMAC signature.'],
  }),
  documentation: 'https://developers.docusign.com/platform/webhooks/connect/',
  scheme: {
    signature: {
      header: 'x-docusign-signature-1',
      moreHeaders: [
        'x-docusign-signature-2',
        'x-docusign-signature-3',
        'x-docusign-signature-4',
        'x-docusign-signature-5',
        'x-docusign-signature-6',
        'x-docusign-signature-7',
        'x-docusign-signature-8',
        'x-docusign-signature-9',
        'x-docusign-signature-10',
      ],
    },
    encoding: 'base64',
  },
  type: [{ json: '/event' }],
  time: { json: '/generatedDateTime', unit: 'iso' },
  eventTypes: `envelope-sent envelope-delivered envelope-completed envelope-declined envelope-voided
    envelope-resent envelope-corrected envelope-deleted recipient-sent recipient-delivered recipient-completed
    recipient-declined recipient-authenticationfailed recipient-autoresponded recipient-reassign
    recipient-resent recipient-delegate`,
});
