import { definePreset } from '../presets/define-preset.ts';
import { useKey } from '../presets/setup-steps.ts';

/** The signature is in the body, next to the signed member. */
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
    because: 'the body names the changed object, and the next change has the same body',
    retries: true,
  },
  setup: useKey({
    where: 'the webhook subscriptions API of Exact Online',
    secret: 'the webhook secret of the app in the App Center (not its client secret)',
    notes: [
      'Exact sends an empty POST when you create a subscription, and Hookline answers.',
      'An event names the changed object: fetch it from Content.ExactOnlineEndpoint.',
    ],
  }),
  documentation: 'https://support.exactonline.com/community/s/article/All-All-DNO-Content-webhooksc',
  caution: 'Exact Online signs only the member Content. Other members of the body are not protected.',
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
