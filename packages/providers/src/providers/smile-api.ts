import { definePreset } from '../presets/define-preset.ts';
import { chooseSecret } from '../presets/setup-steps.ts';

export const smileApi = definePreset({
  id: 'smile-api',
  name: 'Smile API',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://docs.getsmileapi.com/reference/webhooks',
      checkedOn: '2026-11-29',
    },
  ],
  identity: { id: { json: '/id' }, names: 'the event', unique: 'everywhere', stable: true, retries: true },
  setup: chooseSecret({ where: 'the webhook settings of Smile API', secret: 'the secret' }),
  documentation: 'https://docs.getsmileapi.com',
  scheme: { signature: { header: 'smile-signature' }, encoding: 'hex', hash: 'sha512' },
  type: [{ json: '/type' }],
  time: { json: '/createdAt', unit: 'iso' },
  eventTypes: `USER_CREATED ACCOUNT_CREATED ACCOUNT_CONNECTED ACCOUNT_DISCONNECTED ACCOUNT_FAILED TASK_STARTED
    TASK_FINISHED ARCHIVE_STARTED ARCHIVE_ANALYZED ARCHIVE_REVOKED ARCHIVE_FAILED INVITE_INVITED
    INVITE_LINKED IDENTITY_ADDED RATING_ADDED TRANSACTIONS_ADDED DOCUMENTS_ADDED EMPLOYMENTS_ADDED
    INCOMES_ADDED EINCOMES_ADDED CONTRIBUTIONS_ADDED LIABILITIES_ADDED INSIGHT_ADDED LINK_ADDED`,
});
