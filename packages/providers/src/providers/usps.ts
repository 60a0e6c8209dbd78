import { definePreset } from '../presets/define-preset.ts';
import { chooseSecret } from '../presets/setup-steps.ts';

export const usps = definePreset({
  id: 'usps',
  name: 'USPS',
  evidence: [{ kind: 'secondary', source: 'https://developers.usps.com', checkedOn: '2026-11-29' }],
  identity: { id: 'none', retries: 'unknown' },
  setup: chooseSecret({
    where: 'the subscriptions API of USPS',
    secret: 'the secret',
    notes: ['Without a secret USPS does not sign, and Hookline refuses its requests.'],
  }),
  documentation: 'https://developers.usps.com',
  caution: 'USPS signs only the timestamp and the member payload, not the rest of the body.',
  scheme: {
    signature: { header: 'x-hmac', moreHeaders: ['hmac-header'] },
    encoding: 'base64',
    message: '{json:/timestamp}{json:/payload}',
    bodyNotCovered: true,
  },
  time: { json: '/timestamp', unit: 'iso' },
});
