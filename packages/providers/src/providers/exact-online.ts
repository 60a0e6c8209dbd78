import { definePreset } from '../presets/define-preset.ts';
import { useKey } from '../presets/setup-steps.ts';

/** The signature stands in the body, beside what it signs. */
export const exactOnline = definePreset({
  id: 'exact-online',
  name: 'Exact Online',
  evidence: [
    {
      kind: 'secondary',
      source:
        'https://github.com/picqer/exact-php-client/blob/HEAD/src/Picqer/Financials/Exact/Webhook/Authenticatable.php',
      checkedOn: '2026-11-29',
    },
  ],
  identity: {
    id: 'none',
    equalBodies: 'events',
    because: 'the body names what changed, and is the same at the next change',
    retries: true,
  },
  setup: useKey({
    where: 'the webhook subscriptions API of Exact Online',
    secret: 'the webhook secret of the app in the App Center (not its client secret)',
    notes: [
      'Exact asks with an empty POST when a subscription is made, which is answered here.',
      'An event names what changed; fetch it from Content.ExactOnlineEndpoint.',
    ],
  }),
  documentation: 'https://support.exactonline.com/community/s/article/All-All-DNO-Content-webhooksc',
  caution: 'Exact Online signs the member Content; others in the body are not protected.',
  scheme: {
    signature: { json: '/HashCode' },
    encoding: 'hex',
    message: '{rawJson:/Content}',
    bodyNotCovered: true,
  },
  handshakes: [{ method: 'POST', when: { header: 'content-length', equals: '0' } }],
  type: [{ json: '/Content/Topic' }, { json: '/Content/Action' }],
  source: [{ json: '/Content/Division' }],
  subject: { json: '/Content/Key' },
});
