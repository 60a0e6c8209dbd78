import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';

/** Hexadecimal digits in upper case. */
export const scrapfly = definePreset({
  id: 'scrapfly',
  name: 'Scrapfly',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://scrapfly.io/docs/crawler-api/getting-started',
      checkedOn: '2026-11-29',
    },
  ],
  identity: {
    id: [{ header: 'x-scrapfly-webhook-job-id' }, { hash: 'body' }],
    names: 'the job, of which a crawler sends several events, so the body is a part of it',
    unique: 'everywhere',
    stable: true,
    retries: true,
  },
  setup: copySecret({ where: 'the Scrapfly dashboard, under Webhooks', secret: 'the signing secret' }),
  documentation: 'https://scrapfly.io/docs/scrape-api/webhook',
  scheme: { signature: { header: 'x-scrapfly-webhook-signature' }, encoding: 'hex' },
  type: [{ header: 'x-scrapfly-webhook-resource-type' }],
});
