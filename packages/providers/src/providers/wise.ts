import { eventTypes } from '../events/event-types.ts';
import { interpretJsonObject } from '../events/interpret-json.ts';
import { toTimeMs } from '../events/times.ts';
import { emptyOkWithin } from '../provider/http-answer.ts';
import type { Provider } from '../provider/provider.ts';
import { headerOf } from '../request/inbound-request.ts';
import { idAt, textAt, valueAt } from '../request/json/json-access.ts';
import { compilePublicKeyScheme } from '../schemes/public-key.ts';

/**
 * RSA-SHA256 over the raw body with a key that Wise publishes in its documentation, one for the sandbox and one for
 * production: it stands in the place of the secret. There is no signed timestamp; a repeat is recognised by
 * `X-Delivery-Id`.
 */
export const wise: Provider = {
  id: 'wise',
  name: 'Wise',
  evidence: [
    {
      kind: 'published-vector',
      source:
        'https://github.com/transferwise/digital-signatures-examples/tree/HEAD/verify-webhook-signature',
      checkedOn: '2026-11-30',
    },
    {
      kind: 'official-docs',
      source: 'https://docs.wise.com/guides/developer/webhooks/event-handling',
      checkedOn: '2026-11-29',
    },
  ],
  identity: {
    id: 'header x-delivery-id',
    names: 'one delivery of one subscription',
    unique: 'everywhere',
    stable: 'unknown',
    retries: true,
    retriesForSeconds: 1_209_600,
  },
  setup: [
    'Copy the public key of the environment (production or sandbox) from the documentation of webhooks, and store it here as the secret.',
    'In Wise, under Settings, Webhooks, create a webhook with the address of this source (it must have no query) and choose the events.',
  ],
  documentation: 'https://docs.wise.com/guides/developer/webhooks',
  ...compilePublicKeyScheme({
    keyType: 'rsa',
    hash: 'sha256',
    signature: { header: 'x-signature-sha256' },
    encoding: 'base64',
  }),
  interpret: interpretJsonObject((body, request) => {
    const isTest = headerOf(request, 'x-test-notification') === 'true';
    const type = isTest ? 'subscription.test' : textAt(body, 'event_type')?.replace('#', '.');
    return {
      provider: 'wise',
      type: [type],
      source: [idAt(body, 'data', 'resource', 'profile_id')],
      subject: idAt(body, 'data', 'resource', 'id'),
      timeMs: toTimeMs(valueAt(body, 'data', 'occurred_at')) ?? toTimeMs(valueAt(body, 'sent_at')),
      deliveryId: headerOf(request, 'x-delivery-id'),
      action: textAt(body, 'data', 'current_state'),
      control: isTest ? { kind: 'test' } : undefined,
      dedupeFields: [type, idAt(body, 'data', 'resource', 'id')],
    };
  }),
  answer: emptyOkWithin(5_000),
  environment: { secrets: [] },
  eventTypes: eventTypes(
    'wise',
    `transfers.state-change transfers.active-cases transfers.payout-failure balances.credit balances.update
    profiles.verification-state-change`,
  ),
};
