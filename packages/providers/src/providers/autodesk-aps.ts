import { definePreset } from '../presets/define-preset.ts';
import { chooseSecret } from '../presets/setup-steps.ts';

export const autodeskAps = definePreset({
  id: 'autodesk-aps',
  name: 'Autodesk Platform Services',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://aps.autodesk.com/en/docs/webhooks/v1/overview/basics',
      checkedOn: '2026-11-29',
    },
    {
      kind: 'official-sdk',
      source: 'https://github.com/autodesk-platform-services/aps-webhooks-signature',
      checkedOn: '2026-11-29',
    },
  ],
  identity: {
    id: 'none',
    because: 'x-adsk-delivery-id is for tracing, and its meaning is not documented',
    retries: true,
    retriesForSeconds: 172_800,
  },
  setup: chooseSecret({
    where: 'the webhooks API of Autodesk Platform Services (POST /webhooks/v1/tokens, or with the webhook)',
    secret: 'the secret token',
    notes: ['Without a secret token Autodesk does not sign, and Hookline refuses its requests.'],
  }),
  documentation: 'https://aps.autodesk.com/en/docs/webhooks/v1/',
  scheme: { signature: { header: 'x-adsk-signature', prefix: 'sha1hash=' }, encoding: 'hex', hash: 'sha1' },
  type: [{ json: '/hook/event' }],
  source: [{ json: '/hook/system' }, { json: '/hook/hookId' }],
  subject: { json: '/resourceUrn' },
  eventTypes: `dm.version.added dm.version.modified dm.version.deleted dm.version.moved dm.version.moved.out
    dm.version.copied dm.version.copied.out dm.lineage.reserved dm.lineage.unreserved dm.lineage.updated
    dm.folder.added dm.folder.modified dm.folder.deleted dm.folder.purged dm.folder.moved
    dm.folder.moved.out dm.folder.copied dm.folder.copied.out dm.operation.started dm.operation.completed
    extraction.finished extraction.updated`,
  answerWithinMs: 6_000,
});
