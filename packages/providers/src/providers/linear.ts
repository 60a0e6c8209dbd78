import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';

/**
 * The timestamp is in the body, which is signed whole. Linear tries again after a minute, an hour and six hours, with the
 * bytes and the timestamp of the first try, so the window covers those; the hash of the body keeps out replays in it.
 */
export const linear = definePreset({
  id: 'linear',
  name: 'Linear',
  evidence: [{ kind: 'official-sdk', source: 'https://github.com/linear/linear', checkedOn: '2026-11-29' }],
  identity: {
    id: { hash: 'body' },
    names:
      'the body, which is signed, holds its time in ms, and is the same at each retry; Linear-Delivery is not signed',
    unique: 'everywhere',
    stable: true,
    retries: true,
  },
  setup: copySecret({ where: 'the Linear settings, under API, Webhooks', secret: 'the Signing secret' }),
  documentation: 'https://linear.app/developers/webhooks',
  scheme: {
    signature: { header: 'linear-signature' },
    encoding: 'hex',
    timestamp: { json: '/webhookTimestamp', unit: 'ms', dates: 'unknown', toleranceSeconds: 30_000 },
  },
  type: [{ header: 'linear-event' }, { json: '/action' }],
  source: [{ json: '/organizationId' }],
  subject: { json: '/data/id' },
  time: { json: '/createdAt', unit: 'iso' },
  eventTypes: `Issue.create Issue.update Issue.remove Comment.create Comment.update Comment.remove
    IssueLabel.create IssueLabel.update IssueLabel.remove Project.create Project.update Project.remove
    Cycle.create Cycle.update Cycle.remove Reaction.create Reaction.update Reaction.remove`,
  answerWithinMs: 5_000,
});
