import { definePreset } from '../presets/define-preset.ts';
import { choosePassword } from '../presets/setup-steps.ts';

export const pipedrive = definePreset({
  id: 'pipedrive',
  name: 'Pipedrive',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://pipedrive.readme.io/docs/guide-for-webhooks-v2',
      checkedOn: '2026-11-29',
    },
  ],
  identity: {
    id: [{ json: '/meta/entity' }, { json: '/meta/id' }],
    names: 'the event, of version 2; of version 1 meta.id names the object',
    unique: 'everywhere',
    stable: true,
    retries: true,
  },
  setup: choosePassword({
    where: 'the Pipedrive settings, under Tools and apps, Webhooks',
  }),
  documentation: 'https://pipedrive.readme.io/docs/guide-for-webhooks-v2',
  scheme: { token: { authorization: 'basic' } },
  type: [{ json: '/meta/entity' }, { json: '/meta/action' }],
  time: { json: '/meta/timestamp', unit: 'iso' },
  eventTypes: `activity.create activity.change activity.delete deal.create deal.change deal.delete lead.create
    lead.change lead.delete note.create note.change note.delete organization.create organization.change
    organization.delete person.create person.change person.delete pipeline.create pipeline.change
    pipeline.delete product.create product.change product.delete stage.create stage.change stage.delete
    user.create user.change user.delete`,
});
