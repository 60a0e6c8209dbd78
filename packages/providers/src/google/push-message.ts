import { type Rejection, reject } from '../rejection.ts';
import { headerOf, type InboundRequest } from '../request/inbound-request.ts';
import { idAt, objectAt, textAt, valueAt } from '../request/json/json-access.ts';
import { parseJsonObject } from '../request/json/parse-json.ts';

/** A message of Cloud Pub/Sub. Its texts are as received. */
export interface PushMessage {
  readonly ok: true;
  readonly data: Buffer;
  readonly messageId: string | undefined;
  /** ISO 8601. */
  readonly publishTime: string | undefined;
  /** `projects/<project>/subscriptions/<name>`. */
  readonly subscription: string | undefined;
  readonly orderingKey: string | undefined;
  readonly attributes: Readonly<Record<string, string>>;
}

const UNWRAPPED = 'x-goog-pubsub-message-id';

/**
 * Reads a push: wrapped, a JSON envelope with the data in base64, or unwrapped, the data as the body with the rest in
 * headers (`--push-no-wrapper-write-metadata`).
 */
export function readPushMessage(request: InboundRequest): PushMessage | Rejection {
  return request.headers[UNWRAPPED] === undefined ? readWrapped(request) : readUnwrapped(request);
}

function readUnwrapped(request: InboundRequest): PushMessage {
  return {
    ok: true,
    data: request.rawBody,
    messageId: headerOf(request, UNWRAPPED),
    publishTime: headerOf(request, 'x-goog-pubsub-publish-time'),
    subscription: headerOf(request, 'x-goog-pubsub-subscription-name'),
    orderingKey: headerOf(request, 'x-goog-pubsub-ordering-key'),
    attributes: {},
  };
}

function readWrapped(request: InboundRequest): PushMessage | Rejection {
  const parsed = parseJsonObject(request.rawBody);
  if (!parsed.ok) return parsed;
  const envelope = parsed.value;
  if (objectAt(envelope, 'message') === undefined) {
    return reject('malformed_body', 'The body must be a Pub/Sub push: it has no "message".');
  }
  const text = valueAt(envelope, 'message', 'data') ?? '';
  const data = typeof text === 'string' ? decodeBase64(text) : undefined;
  if (data === undefined) return reject('malformed_body', 'The data of the message must be base64.');
  const attributes: Record<string, string> = {};
  for (const [name, value] of Object.entries(objectAt(envelope, 'message', 'attributes') ?? {})) {
    if (typeof value === 'string' && name !== '__proto__') attributes[name] = value;
  }
  return {
    ok: true,
    data,
    messageId: idAt(envelope, 'message', 'messageId') ?? idAt(envelope, 'message', 'message_id'),
    publishTime: textAt(envelope, 'message', 'publishTime') ?? textAt(envelope, 'message', 'publish_time'),
    subscription: textAt(envelope, 'subscription'),
    orderingKey: textAt(envelope, 'message', 'orderingKey'),
    attributes,
  };
}

/**
 * Decodes standard or URL-safe base64, with or without padding: publishers' libraries differ. Undefined for anything
 * else.
 */
function decodeBase64(text: string): Buffer | undefined {
  const digits = text
    .replace(/={1,2}$/, '')
    .replaceAll('-', '+')
    .replaceAll('_', '/');
  const bytes = Buffer.from(digits, 'base64');
  return bytes.toString('base64').replace(/={1,2}$/, '') === digits ? bytes : undefined;
}
