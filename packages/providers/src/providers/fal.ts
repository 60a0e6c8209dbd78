import { defineProvider } from '../presets/define-provider.ts';
import { compileEd25519Scheme } from '../schemes/ed25519.ts';
import { compilePublishedScheme, readJwks } from '../schemes/published-scheme.ts';

/**
 * Ed25519 with a key that fal publishes, the same for all its users. So the id of the user comes from the source, not
 * from the header.
 */
export const fal = defineProvider(
  {
    id: 'fal',
    name: 'fal',
    evidence: [
      { kind: 'official-docs', source: 'https://fal.ai/docs/model-apis/webhooks', checkedOn: '2026-11-30' },
    ],
    identity: {
      id: { json: '/request_id' },
      names: 'the request; a request has one result',
      unique: 'everywhere',
      stable: true,
      retries: true,
      retriesForSeconds: 7_200,
    },
    setup: [
      'Store the id of your fal user here as the option "userId". If you do not know the id, send one request with the address of this source. Hookline refuses it. Find the id as X-Fal-Webhook-User-Id in the rejections of this source.',
      'Set the address of this source as webhook_url of your requests to the queue (over HTTP: as the parameter fal_webhook).',
    ],
    documentation: 'https://fal.ai/docs/model-apis/webhooks',
    options: {
      userId: {
        description: 'The id of your fal user, as in X-Fal-Webhook-User-Id.',
        required: true,
        check: (value) =>
          /^[\x21-\x7e]{1,200}$/.test(value) ? undefined : 'The value must be a fal user id.',
      },
    },
    type: [{ json: '/status' }],
    eventTypes: 'OK ERROR',
    answerWithinMs: 15_000,
  },
  compilePublishedScheme(
    compileEd25519Scheme({
      signature: { header: 'x-fal-webhook-signature' },
      encoding: 'hex',
      message: '{header:x-fal-webhook-request-id}\n{option:userId}\n{timestamp}\n{bodySha256}',
      timestamp: { header: 'x-fal-webhook-timestamp', dates: 'unknown', toleranceSeconds: 300 },
      publicKeyPrefix: '',
      publicKeyEncoding: 'base64url',
    }),
    'https://rest.fal.ai/.well-known/jwks.json',
    readJwks,
  ),
);
