import { definePreset } from '../presets/define-preset.ts';
import { choosePassword } from '../presets/setup-steps.ts';

export const pipedrive = definePreset({
  id: 'pipedrive',
  name: 'Pipedrive',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://pipedrive.readme.io/docs/guide-for-webhooks-v2',
      checkedOn: '2026-11-30',
    },
  ],
  identity: {
    id: [{ json: '/meta/entity' }, { json: '/meta/id' }],
    names: 'the event in version 2; in version 1 meta.id identifies the object',
    unique: 'everywhere',
    stable: true,
    retries: true,
    retriesForSeconds: 183,
  },
  setup: choosePassword({
    where: 'the Pipedrive settings, under Tools and apps, Webhooks',
    notes: [
      'Choose version 2: events of version 1 have no id.',
      'Pipedrive deletes a webhook after three days without a success.',
    ],
  }),
  documentation: 'https://pipedrive.readme.io/docs/guide-for-webhooks-v2',
  scheme: { token: { authorization: 'basic' } },
  type: [{ firstOf: [{ json: '/meta/entity' }, { json: '/meta/object' }] }, { json: '/meta/action' }],
  source: [{ json: '/meta/company_id' }],
  subject: [{ json: '/meta/entity_id' }, { json: '/meta/id' }],
  time: [
    { json: '/meta/timestamp', unit: 'iso' },
    { json: '/meta/timestamp', unit: 's' },
  ],
  eventTypes: `activity.create activity.change activity.delete board.create board.change board.delete deal.create
    deal.change deal.delete deal_installment.create deal_installment.change
    deal_installment.delete deal_product.create deal_product.change deal_product.delete
    lead.create lead.change lead.delete note.create note.change note.delete organization.create
    organization.change organization.delete person.create person.change person.delete phase.create
    phase.change phase.delete pipeline.create pipeline.change pipeline.delete product.create
    product.change product.delete project.create project.change project.delete stage.create
    stage.change stage.delete task.create task.change task.delete user.create user.change
    user.delete`,
});
