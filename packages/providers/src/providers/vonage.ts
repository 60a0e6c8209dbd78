import { eventTypes } from '../events/event-types.ts';
import { interpretJsonObject } from '../events/interpret-json.ts';
import { toTimeMs } from '../events/times.ts';
import { emptyOkWithin } from '../provider/http-answer.ts';
import type { Provider } from '../provider/provider.ts';
import { idAt, textAt, valueAt } from '../request/json/json-access.ts';
import { compileBodyTokenScheme } from '../schemes/body-token.ts';

/** Signed webhooks: `Authorization: Bearer <JWT>` (HS256) with the SHA-256 of the body. */
export const vonage: Provider = {
  id: 'vonage',
  name: 'Vonage',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://developer.vonage.com/en/getting-started/concepts/webhooks',
      checkedOn: '2026-11-29',
    },
  ],
  identity: {
    id: 'none',
    because: 'the ids identify the message or the call',
    retries: true,
    retriesForSeconds: 86_400,
  },
  setup: [
    'In the Vonage dashboard, under API Settings, copy the signature secret and store it here as the secret.',
    'Enter the address of this source as inbound, status or event URL of the application, with the method POST. Hookline refuses signed Voice webhooks with GET, and webhooks of Contact Center and Video.',
  ],
  documentation: 'https://developer.vonage.com/en/getting-started/concepts/webhooks',
  ...compileBodyTokenScheme({
    header: 'authorization',
    bodyClaim: 'payload_hash',
    bodyHash: 'hex',
    age: 'iat',
  }),
  interpret: interpretJsonObject((body) => {
    const status = textAt(body, 'status');
    const id = idAt(body, 'message_uuid') ?? idAt(body, 'uuid');
    return {
      provider: 'vonage',
      type: valueAt(body, 'uuid') === undefined ? ['message', status ?? 'received'] : ['call', status],
      source: [textAt(body, 'channel')],
      subject: id,
      timeMs: toTimeMs(valueAt(body, 'timestamp')),
      action: status,
      dedupeFields: [id, status, textAt(body, 'timestamp')],
    };
  }),
  answer: emptyOkWithin(10_000),
  harmfulStatuses: {
    effects: {
      401: 'ends the retries, although Vonage sometimes sends a request without its signature and signs the retry',
    },
    instead: 503,
  },
  environment: { secrets: [] },
  eventTypes: eventTypes(
    'vonage',
    `message.received message.submitted message.delivered message.rejected message.undeliverable message.read
    call.started call.ringing call.answered call.completed call.failed call.busy call.cancelled call.timeout
    call.unanswered call.rejected`,
  ),
};
