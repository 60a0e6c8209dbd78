import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';

/** During a key rotation the header has two groups of a timestamp and a signature. */
export const persona = definePreset({
  id: 'persona',
  name: 'Persona',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://docs.withpersona.com/docs/webhooks-best-practices',
      checkedOn: '2026-11-30',
    },
  ],
  identity: {
    id: { json: '/data/id' },
    names: 'the event',
    unique: 'everywhere',
    stable: true,
    retries: true,
    retriesForSeconds: 258,
  },
  setup: copySecret({ where: 'the Persona dashboard, under Webhooks', secret: 'the webhook secret' }),
  documentation: 'https://docs.withpersona.com/webhooks',
  scheme: {
    signature: { header: 'persona-signature', separators: ', ', prefix: 'v1=' },
    encoding: 'hex',
    message: '{timestamp}.{body}',
    timestamp: {
      header: 'persona-signature',
      separators: ', ',
      prefix: 't=',
      dates: 'attempt',
      toleranceSeconds: 300,
      several: true,
    },
  },
  type: [{ json: '/data/attributes/name' }],
  subject: { json: '/data/attributes/payload/data/id' },
  time: { json: '/data/attributes/created-at', unit: 'iso' },
  eventTypes: `account.created account.redacted account.archived account.restored account.consolidated
    account.tag-added account.tag-removed case.created case.assigned case.resolved case.reopened
    case.updated case.status-updated document.created document.submitted document.processed
    document.errored inquiry.created inquiry.started inquiry.expired inquiry.completed
    inquiry.failed inquiry.marked-for-review inquiry.approved inquiry.declined
    inquiry.transitioned inquiry-session.started inquiry-session.expired selfie.created
    selfie.submitted selfie.processed selfie.errored transaction.created transaction.labeled
    transaction.status-updated verification.created verification.submitted verification.passed
    verification.failed verification.requires-retry verification.canceled`,
});
