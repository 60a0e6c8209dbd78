import { createHash, createHmac, createSecretKey, timingSafeEqual } from 'node:crypto';
import { parse, stringify } from 'node:querystring';
import { createEvent } from '../events/create-event.ts';
import type { Interpretation } from '../provider/interpretation.ts';
import type { Provider } from '../provider/provider.ts';
import type { VerificationInput, VerificationResult } from '../provider/verification.ts';
import { reject } from '../rejection.ts';
import { type FormFields, firstTextOf, formToJson, textsOf } from '../request/form/form-fields.ts';
import { isForm, isRejection, readForm } from '../request/form/read-form.ts';
import { headerOf, type InboundRequest } from '../request/inbound-request.ts';
import { parseJson } from '../request/json/parse-json.ts';
import { readSingleHeader } from '../request/single-header.ts';
import { cacheBySecret } from '../schemes/key-cache.ts';
import { decodeBase64Signature } from '../schemes/public-key.ts';
import { usableSecrets } from '../schemes/usable-secrets.ts';
import { TWILIO_EVENT_TYPES } from './twilio/event-types.ts';

const SIGNATURE = 'x-twilio-signature';
const SHA1_BYTES = 20;
const NO_FIELDS: FormFields = new Map();

/**
 * `X-Twilio-Signature`: HMAC-SHA1 of the address that Twilio called and, of a form, its fields sorted by name. Any
 * other body is signed by its SHA-256 in the address, as `bodySHA256`. Twilio signs the address as it was configured:
 * with or without the standard port, with or without escapes, so that several spellings are tried. There is no
 * timestamp; a repeat is recognised by `I-Twilio-Idempotency-Token`.
 */
export const twilio: Provider = {
  id: 'twilio',
  name: 'Twilio',
  evidence: [
    {
      kind: 'published-vector',
      source: 'https://www.twilio.com/docs/usage/webhooks/webhooks-security',
      checkedOn: '2026-11-29',
    },
    {
      kind: 'official-sdk',
      source: 'https://www.twilio.com/docs/usage/webhooks/webhooks-security',
      checkedOn: '2026-11-29',
    },
    {
      kind: 'official-docs',
      source: 'https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides',
      checkedOn: '2026-11-29',
    },
  ],
  identity: {
    id: 'header i-twilio-idempotency-token',
    names: 'one request with its retries; Event Streams have no id',
    unique: 'everywhere',
    stable: true,
    retries: true,
  },
  setup: [
    'In the Twilio console, copy the Auth Token of the account and store it here as the secret.',
    'Enter the address of this source, exactly as Hookline shows it, as webhook or status callback of the number or service, with the method HTTP POST.',
  ],
  documentation: 'https://www.twilio.com/docs/usage/webhooks/webhooks-security',
  verify,
  checkSecret: (secret) => (secret === '' ? 'The secret is empty.' : undefined),
  interpret,
  answer: {
    // TwiML without instructions: Twilio reports any other content type as an error, and an empty answer to a call too.
    status: 200,
    headers: { 'content-type': 'text/xml; charset=utf-8' },
    body: '<?xml version="1.0" encoding="UTF-8"?><Response/>',
    // The deadline of Conversations and Event Streams; the deadline of calls and messages is 15 s.
    deadlineMs: 5_000,
  },
  environment: { secrets: [] },
  eventTypes: TWILIO_EVENT_TYPES,
};

const toKey = cacheBySecret((secret: string) => createSecretKey(Buffer.from(secret, 'utf8')));

function verify(input: VerificationInput): VerificationResult {
  const { request } = input;
  const secrets = usableSecrets(input);
  if (secrets.length === 0) {
    return reject('no_secret', 'No secret is configured, so Hookline cannot verify requests.');
  }
  const text = readSingleHeader(request, SIGNATURE, 'missing_signature');
  if (typeof text !== 'string') return text;
  const signature = decodeBase64Signature(text);
  if (signature?.length !== SHA1_BYTES) {
    return reject('malformed_signature', `The header ${SIGNATURE} must be ${SHA1_BYTES} bytes in base64.`);
  }
  const messages = messagesOf(request);
  if (messages === undefined) {
    return reject(
      'invalid_signature',
      'A body that is not a form needs its hash as "bodySHA256" in the address.',
    );
  }
  let matchedIndex = -1;
  for (const { secret, secretIndex } of secrets) {
    for (const message of messages) {
      const expected = createHmac('sha1', toKey(secret)).update(message).digest();
      if (timingSafeEqual(expected, signature) && matchedIndex === -1) matchedIndex = secretIndex;
    }
  }
  return matchedIndex === -1
    ? reject(
        'invalid_signature',
        `The signature does not match. Check that Twilio calls ${request.url.split('?', 1)[0]} and that the secret is the Auth Token.`,
        { secretsTried: secrets.length },
      )
    : { ok: true, secretIndex: matchedIndex };
}

/** Every message that Twilio may have signed, undefined if it would not cover the body. */
function messagesOf(request: InboundRequest): string[] | undefined {
  const hash = request.query.get('bodySHA256');
  if (hash !== null) {
    const sha256 = createHash('sha256').update(request.rawBody).digest('hex');
    return hash.toLowerCase() === sha256 ? spellingsOf(request.url) : undefined;
  }
  if (request.rawBody.length > 0 && !isForm(request)) return undefined;
  const fields = request.rawBody.length === 0 ? NO_FIELDS : readForm(request);
  if (isRejection(fields)) return undefined;
  const names = [...fields.keys()].sort();
  const glued = names.map((name) =>
    [...new Set(textsOf(fields, name))]
      .sort()
      .map((value) => name + value)
      .join(''),
  );
  return spellingsOf(request.url).map((url) => url + glued.join(''));
}

/**
 * As received, as a URL parser writes it, and with its query as Node's older module writes it; each with and without
 * port.
 */
function spellingsOf(text: string): string[] {
  const url = URL.parse(text);
  if (url === null) return [text];
  const queryAt = url.href.indexOf('?');
  const legacy =
    queryAt === -1
      ? url.href
      : `${url.href.slice(0, queryAt)}?${stringify(parse(url.href.slice(queryAt + 1)))}`;
  const port = url.protocol === 'https:' ? ':443' : ':80';
  const spellings = new Set<string>();
  for (const spelling of [text, url.href, legacy]) {
    const parts = /^([a-z][a-z0-9+.-]*:\/\/[^/?#:]*)(:\d+)?([\s\S]*)$/i.exec(spelling);
    if (parts === null) spellings.add(spelling);
    else {
      const [, host = '', given = port, rest = ''] = parts;
      spellings.add(host + rest);
      spellings.add(host + given + rest);
    }
  }
  return [...spellings];
}

function interpret(request: InboundRequest): Interpretation {
  if (!isForm(request)) return interpretJson(request);
  const fields = readForm(request);
  if (isRejection(fields)) return fields;
  const first = (name: string) => firstTextOf(fields, name) || undefined;
  const type = typeOf(first);
  const sid =
    (type[0] === 'conversation' ? first('ConversationSid') : undefined) ??
    (type[0] === 'recording' ? first('RecordingSid') : undefined) ??
    (type[0] === 'conference' ? first('ConferenceSid') : undefined) ??
    (type[0] === 'room' ? first('RoomSid') : undefined) ??
    first('MessageSid') ??
    first('CallSid') ??
    first('SmsSid') ??
    first('RecordingSid');
  const event = createEvent({
    provider: 'twilio',
    type,
    source: [first('AccountSid')],
    subject: sid,
    deliveryId: headerOf(request, 'i-twilio-idempotency-token') ?? idWithoutCount(fields),
    action: type[1],
    dedupeFields: [...type, sid],
    payload: formToJson(fields),
  });
  return { ok: true, events: [event] };
}

/** Conversations have no token and count their attempts in the form, so the key is a hash of the other fields. */
function idWithoutCount(fields: FormFields): string | undefined {
  if (!fields.has('RetryCount')) return undefined;
  const rest = new Map(fields);
  rest.delete('RetryCount');
  return createHash('sha256').update(formToJson(rest)).digest('hex');
}

/** The object of the form and its state. */
function typeOf(first: (name: string) => string | undefined): [string, (string | undefined)?] {
  // A MessageSid of Conversations is not an SMS.
  if (first('EventType') && first('ConversationSid')) return ['conversation', first('EventType')];
  if (first('StatusCallbackEvent')) {
    if (first('ConferenceSid')) return ['conference', first('StatusCallbackEvent')];
    if (first('RoomSid')) return ['room', first('StatusCallbackEvent')];
  }
  if (first('RecordingStatus')) return ['recording', first('RecordingStatus')];
  const message = first('MessageStatus') ?? first('SmsStatus');
  if (message) return ['message', message];
  if (first('MessageSid')) return ['message', 'received'];
  if (first('CallSid')) return ['call', first('CallStatus')];
  return ['webhook'];
}

function interpretJson(request: InboundRequest): Interpretation {
  const parsed = parseJson(request.rawBody);
  if (!parsed.ok) return parsed;
  const event = createEvent({
    provider: 'twilio',
    type: ['webhook'],
    deliveryId: headerOf(request, 'i-twilio-idempotency-token'),
    dedupeFields: [],
    payload: request.rawBody,
  });
  return { ok: true, events: [event] };
}
