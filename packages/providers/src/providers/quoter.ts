import { definePreset } from '../presets/define-preset.ts';
import { chooseSecret } from '../presets/setup-steps.ts';

export const quoter = definePreset({
  id: 'quoter',
  name: 'Quoter',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://help.quoter.com/hc/en-us/articles/32085971955355-Integrate-with-Webhooks',
      checkedOn: '2026-11-30',
    },
  ],
  identity: { id: 'none', retries: 'unknown' },
  setup: chooseSecret({
    where: 'the Quoter settings, under Integrations, Webhooks',
    secret: 'the hash key',
    notes: [
      'An event is a created or updated quote, person or payment. Its field data is a text in JSON or XML, as you choose in Quoter.',
    ],
  }),
  documentation: 'https://help.quoter.com/hc/en-us/articles/32085971955355-Integrate-with-Webhooks',
  caution: 'Quoter signs only two fields of the form, with plain MD5, a weak hash.',
  scheme: {
    signature: { form: 'hash' },
    encoding: 'hex',
    hash: 'md5',
    keyed: 'digest',
    message: '{secret}{timestamp}{form:data}',
    timestamp: { form: 'timestamp', dates: 'attempt', toleranceSeconds: 300 },
    bodyNotCovered: true,
  },
  type: [{ text: 'changed' }],
  time: { form: 'timestamp', unit: 's' },
  eventTypes: 'changed',
});
