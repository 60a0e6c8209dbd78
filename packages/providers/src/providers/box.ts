import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';

/** Box signs some bodies before it escapes them. */
export const box = definePreset({
  id: 'box',
  name: 'Box',
  evidence: [
    {
      kind: 'official-sdk',
      source: 'https://github.com/box/box-node-sdk',
      checkedOn: '2026-11-30',
    },
    {
      kind: 'official-docs',
      source: 'https://developer.box.com/guides/webhooks/v2/',
      checkedOn: '2026-11-30',
    },
    {
      kind: 'official-docs',
      source: 'https://developer.box.com/guides/webhooks/v2/limitations-v2',
      checkedOn: '2026-11-30',
    },
  ],
  identity: {
    id: { json: '/id' },
    // It is not documented whether an event has the same id in two webhooks.
    ifPresent: [{ json: '/webhook/id' }],
    names: 'the event in one webhook',
    unique: 'everywhere',
    stable: true,
    retries: true,
    retriesForSeconds: 7_200,
  },
  setup: copySecret({
    where: 'the developer console of Box, under Webhooks',
    secret: 'the primary signature key',
    notes: [
      'Store the secondary signature key as the second secret: Box signs with both keys, so you can rotate them.',
    ],
  }),
  documentation: 'https://developer.box.com/guides/webhooks/v2/signatures-v2/',
  scheme: {
    signature: { header: 'box-signature-primary', moreHeaders: ['box-signature-secondary'] },
    encoding: 'base64',
    message: ['{body}{timestamp}', '{escapedBody}{timestamp}'],
    timestamp: { header: 'box-delivery-timestamp', unit: 'iso', dates: 'attempt', toleranceSeconds: 600 },
  },
  type: [{ json: '/trigger' }],
  control: [
    {
      when: { json: '/trigger', equals: 'WEBHOOK.DELETED' },
      kind: 'revoked',
      type: 'WEBHOOK.DELETED',
      reason: { json: '/additional_info/reason' },
    },
    { when: { json: '/trigger', equals: 'NO_ACTIVE_SESSION' }, kind: 'disabled', type: 'NO_ACTIVE_SESSION' },
  ],
  source: [{ json: '/webhook/id' }],
  subject: { json: '/source/id' },
  time: { json: '/created_at', unit: 'iso' },
  eventTypes: `COLLABORATION.ACCEPTED COLLABORATION.CREATED COLLABORATION.REJECTED COLLABORATION.REMOVED
    COLLABORATION.UPDATED COMMENT.CREATED COMMENT.DELETED COMMENT.UPDATED FILE.COPIED FILE.DELETED
    FILE.DOWNLOADED FILE.LOCKED FILE.MOVED FILE.PREVIEWED FILE.RENAMED FILE.RESTORED FILE.TRASHED
    FILE.UNLOCKED FILE.UPLOADED FOLDER.COPIED FOLDER.CREATED FOLDER.DELETED FOLDER.DOWNLOADED
    FOLDER.MOVED FOLDER.RENAMED FOLDER.RESTORED FOLDER.TRASHED METADATA_INSTANCE.CREATED
    METADATA_INSTANCE.DELETED METADATA_INSTANCE.UPDATED SHARED_LINK.CREATED SHARED_LINK.DELETED
    SHARED_LINK.UPDATED SIGN_REQUEST.COMPLETED SIGN_REQUEST.DECLINED SIGN_REQUEST.EXPIRED
    SIGN_REQUEST.SIGNER_EMAIL_BOUNCED SIGN_REQUEST.SIGN_DOCUMENT_CREATED
    SIGN_REQUEST.SIGN_ERROR_FINALIZING SIGN_REQUEST.SIGN_SIGNER_SIGNED TASK_ASSIGNMENT.CREATED
    TASK_ASSIGNMENT.UPDATED`,
  answerWithinMs: 30_000,
});
