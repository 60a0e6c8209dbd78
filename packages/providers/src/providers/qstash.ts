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
 * `Upstash-Signature`: a JWT by HS256 with the address that was called and the SHA-256 of the body in it. QStash passes
 * on what was published to it: text that is no JSON, or nothing, becomes a JSON string here. The current and the next signing key are two secrets.
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
    names: 'the message; a retry by hand from the dead letter queue is a new one',
    unique: 'everywhere',
    stable: true,
    retries: true,
    retriesForSeconds: 1_968,
  },
  setup: [
    'In the Upstash console, open QStash and copy the current and the next signing key; store both here as secrets.',
    'Publish to the address of this source, exactly as it is shown.',
  ],
  documentation: 'https://upstash.com/docs/qstash/howto/signature',
  // As its publisher chose in Upstash-Method.
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

/** QStash tells of a message that it delivered elsewhere, and of one that it could not deliver. */
function kindOf(value: unknown): string {
  const isCallback =
    textAt(value, 'sourceMessageId') !== undefined &&
    textAt(value, 'url') !== undefined &&
    valueAt(value, 'sourceHeader') !== undefined;
  if (!isCallback) return 'message';
  return textAt(value, 'dlqId') === undefined ? 'callback' : 'callback.failure';
}
