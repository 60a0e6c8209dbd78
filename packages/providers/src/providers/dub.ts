import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';

export const dub = definePreset({
  id: 'dub',
  name: 'Dub',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://github.com/dubinc/dub/blob/HEAD/apps/web/lib/webhook/signature.ts',
      checkedOn: '2026-11-30',
    },
    {
      kind: 'official-docs',
      source: 'https://github.com/dubinc/docs/blob/HEAD/docs/webhooks/event-types.mdx',
      checkedOn: '2026-11-30',
    },
  ],
  identity: {
    id: { json: '/id' },
    names: 'the event, the same in all webhooks',
    unique: 'everywhere',
    stable: true,
    retries: true,
  },
  setup: copySecret({ where: 'the workspace settings of Dub, under Webhooks', secret: 'the signing secret' }),
  documentation: 'https://dub.co/docs/concepts/webhooks/introduction',
  scheme: { signature: { header: 'dub-signature' }, encoding: 'hex' },
  type: [{ json: '/event' }],
  subject: [{ json: '/data/id' }, { json: '/data/link/id' }],
  time: { json: '/createdAt', unit: 'iso' },
  eventTypes: `partner.enrolled program_application.created partner.application_submitted partner.merged
    lead.created sale.created commission.created bounty.created bounty.updated payout.confirmed
    discount_code.created discount_code.deleted link.created link.updated link.deleted link.clicked`,
});
