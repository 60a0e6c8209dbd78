import { interpretJsonObject } from '../events/interpret-json.ts';
import { toTimeMs } from '../events/times.ts';
import { emptyOkWithin } from '../provider/http-answer.ts';
import type { Provider } from '../provider/provider.ts';
import { idAt, textAt, valueAt } from '../request/json/json-access.ts';
import { compileStandardWebhooks } from '../schemes/standard-webhooks.ts';
import { CLERK_EVENT_TYPES } from './clerk/event-types.ts';

const scheme = compileStandardWebhooks('svix', 'webhook');

/** Sent through Svix: Standard Webhooks under `svix-*` names, or under `webhook-*`. */
export const clerk: Provider = {
  id: 'clerk',
  name: 'Clerk',
  evidence: [
    {
      kind: 'published-vector',
      source: 'https://github.com/clerk/javascript/blob/main/packages/backend/src/webhooks.ts',
      checkedOn: '2026-11-29',
    },
    {
      kind: 'official-sdk',
      source: 'https://github.com/clerk/javascript/blob/main/packages/backend/src/webhooks.ts',
      checkedOn: '2026-11-29',
    },
    {
      kind: 'official-docs',
      source: 'https://github.com/clerk/clerk-docs/blob/main/docs/guides/development/webhooks/overview.mdx',
      checkedOn: '2026-11-30',
    },
    {
      kind: 'official-docs',
      source: 'https://docs.svix.com/retries',
      checkedOn: '2026-11-29',
    },
  ],
  identity: {
    id: 'header svix-id or webhook-id',
    names: 'the message',
    unique: 'everywhere',
    stable: true,
    retries: true,
    retriesForSeconds: 99_305,
  },
  setup: [
    'In the Clerk dashboard, open Webhooks and choose Add Endpoint.',
    'Enter the address of this source as Endpoint URL and choose the events.',
    'Copy the Signing Secret of the endpoint (whsec_…) and store it here.',
  ],
  documentation: 'https://clerk.com/docs/guides/development/webhooks/overview',
  verify: scheme.verify,
  checkSecret: scheme.checkSecret,
  interpret: interpretJsonObject((event, request) => {
    const type = textAt(event, 'type');
    const id = scheme.idOf(request);
    const subject = idAt(event, 'data', 'id');
    return {
      provider: 'clerk',
      type: [type],
      source: [textAt(event, 'instance_id')],
      subject,
      timeMs: toTimeMs(valueAt(event, 'timestamp')) ?? toTimeMs(scheme.timestampOf(request)),
      deliveryId: id,
      dedupeFields: [type, id, subject],
    };
  }),
  alwaysSends: ['type', 'data'],
  answer: emptyOkWithin(15_000),
  environment: { secrets: ['CLERK_WEBHOOK_SECRET', 'CLERK_WEBHOOK_SIGNING_SECRET'] },
  eventTypes: CLERK_EVENT_TYPES,
};
