import { definePreset } from '../presets/define-preset.ts';
import { chooseSecret } from '../presets/setup-steps.ts';

export const enode = definePreset({
  id: 'enode',
  name: 'Enode',
  evidence: ['registry'],
  setup: chooseSecret({
    where: 'the webhooks API of Enode',
    secret: 'the secret',
    notes: ['A request may hold several events: it becomes one event here, with all of them.'],
  }),
  documentation: 'https://developers.enode.com/docs/webhooks',
  scheme: { signature: { header: 'x-enode-signature', prefix: 'sha1=' }, encoding: 'hex', hash: 'sha1' },
  type: [{ json: '/0/event' }],
  deliveryId: { header: 'x-enode-delivery' },
});
