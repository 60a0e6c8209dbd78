import { isUtf8 } from 'node:buffer';
import { createEvent } from '../events/create-event.ts';
import { eventTypes } from '../events/event-types.ts';
import { toTimeMs } from '../events/times.ts';
import { type PushMessage, readPushMessage } from '../google/push-message.ts';
import { PUSH_VERIFICATION } from '../google/verify-push.ts';
import type { Interpretation } from '../provider/interpretation.ts';
import type { Provider } from '../provider/provider.ts';
import type { InboundRequest } from '../request/inbound-request.ts';
import { parseJson } from '../request/json/parse-json.ts';

/**
 * Any push subscription of Cloud Pub/Sub. The payload is `{"messageId", "publishTime", "subscription", "orderingKey",
 * "attributes", "encoding", "data"}`; `encoding` says what `data` is: `json` (the very JSON that was published),
 * `text`, or `base64` for everything else.
 */
export const pubsub: Provider = {
  id: 'pubsub',
  aliases: ['google-pubsub'],
  name: 'Google Cloud Pub/Sub',
  evidence: [
    { kind: 'official-sdk', source: 'https://cloud.google.com/pubsub/docs/push', checkedOn: '2026-11-29' },
    { kind: 'official-docs', source: 'https://cloud.google.com/pubsub/docs/push', checkedOn: '2026-11-29' },
  ],
  identity: {
    id: '/message/messageId',
    names: 'the message of Pub/Sub',
    unique: 'account',
    stable: true,
    retries: true,
  },
  setup: [
    'Choose a name for the subscription. Create this source with that name, the audience and the service account.',
    'Create the subscription: gcloud pubsub subscriptions create NAME --topic TOPIC --push-endpoint ADDRESS --push-auth-service-account ACCOUNT --push-auth-token-audience AUDIENCE',
  ],
  documentation: 'https://cloud.google.com/pubsub/docs/push',
  ...PUSH_VERIFICATION,
  interpret,
  answer: { status: 204, headers: {}, body: '', deadlineMs: 10_000 },
  environment: { secrets: [] },
  eventTypes: eventTypes('pubsub', 'message'),
};

function interpret(request: InboundRequest): Interpretation {
  const message = readPushMessage(request);
  if (!message.ok) return message;
  const { messageId, publishTime, subscription, orderingKey, attributes } = message;
  const [, project, , name] = (subscription ?? '').split('/');
  const event = createEvent({
    provider: 'pubsub',
    type: ['message'],
    source: [project, name],
    subject: orderingKey,
    timeMs: toTimeMs(publishTime),
    deliveryId: messageId,
    // Cloud Storage and other services put the type of the event there.
    action: attributes['eventType'],
    dedupeFields: [publishTime, orderingKey],
    payload: toPayload(message),
  });
  return { ok: true, events: [event] };
}

function toPayload(message: PushMessage): Buffer {
  const { data, messageId, publishTime, subscription, orderingKey, attributes } = message;
  const isJson = parseJson(data).ok;
  const encoding = isJson ? 'json' : isUtf8(data) ? 'text' : 'base64';
  const head = JSON.stringify({ messageId, publishTime, subscription, orderingKey, attributes, encoding });
  const value = isJson ? data : JSON.stringify(data.toString(encoding === 'text' ? 'utf8' : 'base64'));
  return Buffer.concat([
    Buffer.from(`${head.slice(0, -1)},"data":`, 'utf8'),
    Buffer.from(value as string),
    Buffer.from('}'),
  ]);
}
