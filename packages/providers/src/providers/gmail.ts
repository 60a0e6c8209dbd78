import { createEvent } from '../create-event.ts';
import { eventTypes } from '../event-types/event-types.ts';
import type { InboundRequest } from '../inbound-request.ts';
import { textAt } from '../json/json-access.ts';
import { objectMembers, rootSlice, scalarText } from '../json/json-slices.ts';
import { parseJsonObject } from '../json/parse-json.ts';
import type { Interpretation, Provider } from '../provider.ts';
import { readPushMessage } from '../pubsub/push-message.ts';
import { PUSH_VERIFICATION } from '../pubsub/verify-push.ts';
import { reject } from '../rejection.ts';
import { toTimeMs } from '../times.ts';

/**
 * A mailbox has changed, by Cloud Pub/Sub. What has changed is for whoever reads `users.history.list` from the last
 * known history id on. The payload is not the envelope but
 * `{"emailAddress", "historyId", "messageId", "publishTime", "subscription"}`: the decoded data, with the history id
 * as decimal text (it has 64 bits), and what the envelope says of the message.
 */
export const gmail: Provider = {
  id: 'gmail',
  name: 'Gmail',
  evidence: ['published-vector', 'official-sdk', 'official-docs'],
  setup: [
    'In Google Cloud, create a topic and let gmail-api-push@system.gserviceaccount.com publish to it.',
    'Create this source with the audience, the service account and the name of the subscription that you are about to make.',
    'Create the subscription: gcloud pubsub subscriptions create NAME --topic TOPIC --push-endpoint ADDRESS --push-auth-service-account ACCOUNT --push-auth-token-audience AUDIENCE',
    'Call users.watch for each mailbox with the name of the topic, and again every day: a watch ends after a week.',
  ],
  documentation: 'https://developers.google.com/workspace/gmail/api/guides/push',
  ...PUSH_VERIFICATION,
  interpret,
  answer: { status: 204, headers: {}, body: '', deadlineMs: 10_000 },
  environment: { secrets: [] },
  eventTypes: eventTypes('gmail', 'history'),
};

function interpret(request: InboundRequest): Interpretation {
  const message = readPushMessage(request);
  if (!message.ok) return message;
  const parsed = parseJsonObject(message.data);
  if (!parsed.ok) return parsed;
  const emailAddress = textAt(parsed.value, 'emailAddress');
  const historySlice = objectMembers(message.data, rootSlice(message.data)).get('historyId')?.value;
  const historyId = historySlice === undefined ? undefined : scalarText(message.data, historySlice);
  if (emailAddress === undefined || historyId === undefined || !/^\d{1,20}$/.test(historyId)) {
    return reject('malformed_body', 'The message is none of Gmail: it needs "emailAddress" and "historyId".');
  }
  const { messageId, publishTime, subscription } = message;
  const event = createEvent({
    provider: 'gmail',
    type: ['history'],
    source: [emailAddress],
    subject: emailAddress,
    timeMs: toTimeMs(publishTime),
    deliveryId: messageId,
    dedupeFields: [emailAddress, historyId],
    payload: Buffer.from(
      JSON.stringify({ emailAddress, historyId, messageId, publishTime, subscription }),
      'utf8',
    ),
  });
  return { ok: true, events: [event] };
}
