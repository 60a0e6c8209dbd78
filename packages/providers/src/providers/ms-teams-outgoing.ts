import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';

export const msTeamsOutgoing = definePreset({
  id: 'ms-teams-outgoing',
  name: 'Microsoft Teams (outgoing webhook)',
  evidence: [
    {
      kind: 'official-docs',
      source:
        'https://github.com/MicrosoftDocs/msteams-docs/blob/HEAD/msteams-platform/webhooks-and-connectors/how-to/add-outgoing-webhook.md',
      checkedOn: '2026-11-30',
    },
  ],
  identity: {
    id: [{ json: '/conversation/id' }, { json: '/id' }],
    names: 'the activity in its conversation',
    unique: 'unknown',
    stable: 'unknown',
    retries: false,
  },
  setup: copySecret({
    where: 'the team in Microsoft Teams, under Manage team, Apps, as an outgoing webhook',
    secret: 'the security token, which Teams shows only once,',
    notes: ['Teams shows the answer in the conversation. Hookline answers with an empty message.'],
  }),
  documentation:
    'https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/add-outgoing-webhook',
  scheme: {
    signature: { header: 'authorization', prefix: 'HMAC ' },
    encoding: 'base64',
    key: { base64After: '' },
  },
  type: [{ json: '/type' }],
  subject: { json: '/conversation/id' },
  time: { json: '/timestamp', unit: 'iso' },
  eventTypes: 'message',
  answerWithinMs: 5_000,
});
