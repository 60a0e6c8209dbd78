import { interpretJsonObject } from '../events/interpret-json.ts';
import { toTimeMs } from '../events/times.ts';
import { emptyOkWithin } from '../provider/http-answer.ts';
import type { Provider } from '../provider/provider.ts';
import { idAt, textAt, valueAt } from '../request/json/json-access.ts';
import { compileHmacScheme } from '../schemes/hmac.ts';
import { STRIPE_EVENT_TYPES } from './stripe/event-types.ts';

/**
 * `Stripe-Signature: t=<seconds>,v1=<hex>[,v1=<hex>]`; `v0` is for tests of Stripe's own and not looked at. The key is
 * the whole `whsec_…` text. Thin events (`v2.…`) come the same way; they name the account in `context` and the object
 * in `related_object`.
 *
 * The source is `/stripe/<account>` for events of connected accounts, else `/stripe/live` or `/stripe/test`.
 */
export const stripe: Provider = {
  id: 'stripe',
  name: 'Stripe',
  evidence: [
    { kind: 'published-vector', source: 'https://docs.stripe.com/webhooks', checkedOn: '2026-11-29' },
    { kind: 'official-sdk', source: 'https://docs.stripe.com/webhooks', checkedOn: '2026-11-29' },
    { kind: 'official-docs', source: 'https://docs.stripe.com/webhooks', checkedOn: '2026-11-29' },
  ],
  identity: {
    id: '/id',
    names: 'the event, the same at every endpoint of the account',
    unique: 'everywhere',
    stable: true,
    retries: true,
  },
  setup: [
    'In the Stripe dashboard, open Webhooks under Developers and add a destination.',
    'Choose the events, and enter the address of this source as Endpoint URL.',
    'Reveal the Signing secret of the destination (whsec_…) and store it here with its prefix. Test mode and live mode have different secrets.',
  ],
  documentation: 'https://docs.stripe.com/webhooks',
  ...compileHmacScheme({
    signature: { header: 'stripe-signature', separators: ', ', prefix: 'v1=' },
    encoding: 'hex',
    message: '{timestamp}.{body}',
    timestamp: {
      header: 'stripe-signature',
      separators: ', ',
      prefix: 't=',
      dates: 'unknown',
      toleranceSeconds: 300,
    },
  }),
  interpret: interpretJsonObject((event) => {
    const type = textAt(event, 'type');
    const id = idAt(event, 'id');
    const subject = idAt(event, 'data', 'object', 'id') ?? idAt(event, 'related_object', 'id');
    const mode = valueAt(event, 'livemode') === true ? 'live' : 'test';
    return {
      provider: 'stripe',
      type: [type],
      source: [textAt(event, 'account') ?? textAt(event, 'context') ?? mode],
      subject,
      timeMs: toTimeMs(valueAt(event, 'created')),
      deliveryId: id,
      dedupeFields: [type, id, subject],
    };
  }),
  // Stripe documents no deadline, only "quickly"; well below the time-outs that people report.
  alwaysSends: ['id', 'type'],
  answer: emptyOkWithin(10_000),
  environment: { secrets: ['STRIPE_WEBHOOK_SECRET'] },
  eventTypes: STRIPE_EVENT_TYPES,
};
