import { definePreset } from '../presets/define-preset.ts';
import { chooseSecret } from '../presets/setup-steps.ts';

export const heroku = definePreset({
  id: 'heroku',
  name: 'Heroku',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://devcenter.heroku.com/articles/app-webhooks-schema',
      checkedOn: '2026-11-29',
    },
  ],
  identity: {
    id: { json: '/webhook_metadata/delivery/id' },
    names: 'the delivery at one webhook',
    unique: 'everywhere',
    stable: true,
    retries: true,
  },
  setup: chooseSecret({
    where: 'the Heroku dashboard or command line, as an app webhook',
    secret: 'the secret',
  }),
  documentation: 'https://devcenter.heroku.com/articles/app-webhooks',
  scheme: { signature: { header: 'heroku-webhook-hmac-sha256' }, encoding: 'base64' },
  type: [{ json: '/resource' }, { json: '/action' }],
});
