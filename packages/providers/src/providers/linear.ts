import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';

/**
 * The timestamp is in the body, which is signed completely. Linear retries after a minute, an hour and six hours, with
 * the bytes and the timestamp of the first attempt. So the window covers the retries, and the hash of the body protects
 * against replays within the window.
 */
export const linear = definePreset({
  id: 'linear',
  name: 'Linear',
  evidence: [
    {
      kind: 'official-sdk',
      source: 'https://github.com/linear/linear/blob/HEAD/packages/sdk/src/webhooks/client.ts',
      checkedOn: '2026-11-30',
    },
    { kind: 'official-docs', source: 'https://linear.app/developers/webhooks', checkedOn: '2026-11-30' },
  ],
  identity: {
    id: { hash: 'body' },
    names:
      'the body: it is signed, contains its time in ms, and is the same at each retry; Linear-Delivery is not signed',
    unique: 'everywhere',
    stable: true,
    retries: true,
    retriesForSeconds: 25_260,
  },
  setup: copySecret({ where: 'the Linear settings, under API, Webhooks', secret: 'the Signing secret' }),
  documentation: 'https://linear.app/developers/webhooks',
  scheme: {
    signature: { header: 'linear-signature' },
    encoding: 'hex',
    timestamp: { json: '/webhookTimestamp', unit: 'ms', dates: 'first-attempt', toleranceSeconds: 30_000 },
  },
  type: [{ header: 'linear-event' }, { json: '/action' }],
  source: [{ json: '/organizationId' }],
  subject: [
    { json: '/data/id' },
    { json: '/issueData/id' },
    { json: '/notification/id' },
    { json: '/agentSession/id' },
    { json: '/oauthClientId' },
  ],
  time: { json: '/createdAt', unit: 'iso' },
  eventTypes: `Attachment.create Attachment.update Attachment.remove Comment.create Comment.update
    Comment.remove Customer.create Customer.update Customer.remove CustomerNeed.create CustomerNeed.update
    CustomerNeed.remove Cycle.create Cycle.update Cycle.remove Document.create Document.update
    Document.remove Initiative.create Initiative.update Initiative.remove InitiativeUpdate.create
    InitiativeUpdate.update InitiativeUpdate.remove Issue.create Issue.update Issue.remove
    IssueLabel.create IssueLabel.update IssueLabel.remove Project.create Project.update Project.remove
    ProjectUpdate.create ProjectUpdate.update ProjectUpdate.remove Reaction.create Reaction.update
    Reaction.remove User.create User.update User.remove AuditEntry.create IssueSLA.set IssueSLA.highRisk
    IssueSLA.breached AppUserNotification PermissionChange.teamAccessChanged AgentSessionEvent.created
    AgentSessionEvent.prompted`,
  control: [{ when: { json: '/type', equals: 'OAuthApp' }, kind: 'revoked', type: 'OAuthApp.revoked' }],
  answerWithinMs: 5_000,
});
