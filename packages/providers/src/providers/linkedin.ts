import { definePreset } from '../presets/define-preset.ts';
import { useKey } from '../presets/setup-steps.ts';

/**
 * The handshake requests a signature of any code. A signed message begins with `hmacsha256=`, which no code contains.
 */
export const linkedin = definePreset({
  id: 'linkedin',
  name: 'LinkedIn',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://learn.microsoft.com/en-us/linkedin/shared/api-guide/webhook-validation',
      checkedOn: '2026-11-29',
    },
    {
      kind: 'official-docs',
      source:
        'https://learn.microsoft.com/en-us/linkedin/marketing/community-management/organizations/organization-social-action-notifications',
      checkedOn: '2026-11-30',
    },
  ],
  identity: {
    id: { json: '/notificationId' },
    otherwise: { hash: 'body' },
    names: 'the notification; leads have no id, so it is their body',
    unique: 'unknown',
    stable: true,
    retries: true,
    retriesForSeconds: 8 * 3_600,
  },
  setup: useKey({
    where: 'the developer portal of LinkedIn, under Webhooks',
    secret: 'the client secret of the app',
    notes: [
      'Store the secret first: LinkedIn requests a signature immediately and every two hours, and Hookline answers. LinkedIn blocks the webhook after three failures.',
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
  // A request contains up to ten actions, or one lead.
  batch: '/notifications',
  batchOptional: true,
  type: [{ around: '/type' }, { firstOf: [{ json: '/action' }, { json: '/leadAction' }] }],
  subject: [{ json: '/organizationalEntity' }, { json: '/leadGenFormResponse' }],
  time: [
    { json: '/lastModifiedAt', unit: 'ms' },
    { json: '/occurredAt', unit: 'ms' },
  ],
  eventTypes: `ORGANIZATION_SOCIAL_ACTION_NOTIFICATIONS.LIKE ORGANIZATION_SOCIAL_ACTION_NOTIFICATIONS.COMMENT
    ORGANIZATION_SOCIAL_ACTION_NOTIFICATIONS.SHARE ORGANIZATION_SOCIAL_ACTION_NOTIFICATIONS.SHARE_MENTION
    ORGANIZATION_SOCIAL_ACTION_NOTIFICATIONS.ADMIN_COMMENT ORGANIZATION_SOCIAL_ACTION_NOTIFICATIONS.COMMENT_EDIT
    ORGANIZATION_SOCIAL_ACTION_NOTIFICATIONS.COMMENT_DELETE LEAD_ACTION.CREATED LEAD_ACTION.DELETED`,
});
