import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';

/** getpylon.com, for the design of solar systems. The provider of usepylon.com is `pylon`. */
export const pylonSolar = definePreset({
  id: 'pylon-solar',
  name: 'Pylon (getpylon.com, solar design)',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://getpylon.com/developers/guides/using-webhooks/',
      checkedOn: '2026-11-30',
    },
    {
      kind: 'secondary',
      source: 'https://github.com/hookdeck/webhook-skills/tree/HEAD/skills/pylon-webhooks',
      checkedOn: '2026-11-30',
    },
  ],
  identity: {
    id: { json: '/data/id' },
    names: 'the event',
    unique: 'unknown',
    stable: 'unknown',
    retries: true,
    retriesForSeconds: 111_100,
  },
  setup: copySecret({
    where: 'the API settings of Pylon, as a webhook destination',
    secret: 'the secret, which is shown only once,',
  }),
  documentation: 'https://getpylon.com/developers/guides/using-webhooks/',
  scheme: {
    signature: { header: 'pylon-webhook-signature', prefix: 'hs256=' },
    encoding: 'hex',
    message: '{timestamp}.{body}',
    timestamp: { header: 'pylon-webhook-timestamp', dates: 'unknown', toleranceSeconds: 300 },
  },
  type: [{ json: '/data/attributes/name' }],
  answerWithinMs: 10_000,
});
