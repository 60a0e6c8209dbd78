import { definePreset } from '../presets/define-preset.ts';
import { chooseSecret } from '../presets/setup-steps.ts';

export const heroku = definePreset({
  id: 'heroku',
  name: 'Heroku',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://github.com/heroku/webhooks-docs/blob/HEAD/README.md',
      checkedOn: '2026-11-30',
    },
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
    // A change of December 2020: https://devcenter.heroku.com/changelog-items/1966
    retriesForSeconds: 72 * 3_600,
  },
  setup: chooseSecret({
    where: 'the Heroku dashboard or command line, as an app webhook',
    secret: 'the secret',
    notes: [
      'Choose the level sync: with notify Heroku makes only one attempt.',
      'If you enter no secret, Heroku generates one and returns it once, in the header Heroku-Webhook-Secret.',
    ],
  }),
  documentation: 'https://devcenter.heroku.com/articles/app-webhooks',
  scheme: { signature: { header: 'heroku-webhook-hmac-sha256' }, encoding: 'base64' },
  type: [{ json: '/resource' }, { json: '/action' }],
  subject: { json: '/data/id' },
  time: { json: '/created_at', unit: 'iso' },
  eventTypes: `addon-attachment.create addon-attachment.destroy addon.create addon.update addon.destroy app.create
    app.update app.destroy build.create build.update collaborator.create collaborator.update
    collaborator.destroy domain.create domain.destroy dyno.create dyno.update dyno.destroy formation.update
    formation.destroy release.create release.update sni-endpoint.create sni-endpoint.update
    sni-endpoint.destroy ssl-endpoint.create ssl-endpoint.update ssl-endpoint.destroy`,
});
