import { createEvent } from '../events/create-event.ts';
import { eventTypes } from '../events/event-types.ts';
import { emptyOkWithin } from '../provider/http-answer.ts';
import type { Provider } from '../provider/provider.ts';
import { isForm, isRejection, jsonOf } from '../request/form/read-form.ts';
import { headerOf } from '../request/inbound-request.ts';
import { textAt, valueAt } from '../request/json/json-access.ts';
import { parseJson } from '../request/json/parse-json.ts';
import { textAsJson } from '../request/json/text-as-json.ts';
import { compileBodyTokenScheme } from '../schemes/body-token.ts';

/**
 * `Upstash-Signature`: a JWT (HS256) with the called address and the SHA-256 of the body. QStash forwards published
 * messages. A body that is empty or not JSON becomes a JSON string. The current and the next signing key are two
 * secrets.
 */
export const qstash: Provider = {
  id: 'qstash',
  aliases: ['upstash'],
  name: 'Upstash QStash',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://github.com/upstash/docs/blob/HEAD/qstash/howto/signature.mdx',
      checkedOn: '2026-11-30',
    },
    {
      kind: 'official-docs',
      source: 'https://github.com/upstash/docs/blob/HEAD/qstash/features/callbacks.mdx',
      checkedOn: '2026-11-30',
    },
  ],
  identity: {
    id: 'header upstash-message-id',
    names: 'the message; a manual retry from the dead letter queue has a new id',
    unique: 'everywhere',
    stable: true,
    retries: true,
    retriesForSeconds: 1_968,
  },
  setup: [
    'In the Upstash console, open QStash and copy the current and the next signing key; store both here as secrets.',
    'Publish to the address of this source, exactly as Hookline shows it.',
  ],
  documentation: 'https://upstash.com/docs/qstash/howto/signature',
  // The publisher chooses the method in Upstash-Method.
  methods: ['POST', 'GET', 'PUT', 'PATCH', 'DELETE'],
  ...compileBodyTokenScheme({
    header: 'upstash-signature',
    issuer: 'Upstash',
    bodyClaim: 'body',
    bodyHash: 'base64url',
    urlClaim: { name: 'sub', as: 'text' },
    age: 'exp',
  }),
  interpret(request) {
    const payload = isForm(request) ? jsonOf(request) : textAsJson(request);
    if (isRejection(payload)) return payload;
    const parsed = parseJson(payload);
    if (!parsed.ok) return parsed;
    const event = createEvent({
      provider: 'qstash',
      type: [kindOf(parsed.value)],
      source: [headerOf(request, 'upstash-schedule-id')],
      deliveryId: headerOf(request, 'upstash-message-id'),
      dedupeFields: [],
      payload,
    });
    return { ok: true, events: [event] };
  },
  answer: emptyOkWithin(30_000),
  environment: { secrets: [] },
  eventTypes: eventTypes('qstash', 'message callback callback.failure'),
};

/** Callbacks of QStash: it delivered a message to another address, or it could not deliver a message. */
function kindOf(value: unknown): string {
  const isCallback =
    textAt(value, 'sourceMessageId') !== undefined &&
    textAt(value, 'url') !== undefined &&
    valueAt(value, 'sourceHeader') !== undefined;
  if (!isCallback) return 'message';
  return textAt(value, 'dlqId') === undefined ? 'callback' : 'callback.failure';
}
