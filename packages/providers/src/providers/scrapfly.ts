import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';

/** Hexadecimal digits in upper case. Alerts are signed with their time. */
export const scrapfly = definePreset({
  id: 'scrapfly',
  name: 'Scrapfly',
  evidence: [
    {
      kind: 'official-sdk',
      source: 'https://github.com/scrapfly/python-scrapfly/blob/HEAD/scrapfly/webhook.py',
      checkedOn: '2026-11-30',
    },
    {
      kind: 'official-docs',
      source: 'https://scrapfly.io/docs/crawler-api/getting-started',
      checkedOn: '2026-11-29',
    },
  ],
  identity: {
    id: [{ header: 'x-scrapfly-webhook-job-id' }, { hash: 'body' }],
    names: 'the job; a crawler sends several events per job, so the body is part of the id',
    unique: 'everywhere',
    stable: true,
    retries: true,
  },
  setup: copySecret({
    where: 'the Scrapfly dashboard, under Webhooks',
    secret: 'the signing secret',
    notes: ['The event contains the scraped content. Screenshots are not JSON: Hookline refuses them.'],
  }),
  documentation: 'https://scrapfly.io/docs/scrape-api/webhook',
  scheme: {
    signature: { header: 'x-scrapfly-webhook-signature' },
    encoding: 'hex',
    message: ['{body}', '{header:x-scrapfly-webhook-timestamp}.{body}'],
  },
  // When a webhook is created, Scrapfly checks the address without a signature.
  handshakes: [{ method: 'POST', when: { header: 'x-scrapfly-webhook-resource-type', equals: 'ping' } }],
  type: [
    {
      firstOf: [{ header: 'x-scrapfly-crawl-event-name' }, { header: 'x-scrapfly-webhook-resource-type' }],
    },
  ],
  subject: { header: 'x-scrapfly-webhook-job-id' },
  eventTypes: `scrape screenshot extraction alert crawler_started crawler_stopped crawler_cancelled
    crawler_finished crawler_url_visited crawler_url_skipped crawler_url_discovered
    crawler_url_failed`,
});
