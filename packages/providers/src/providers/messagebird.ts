import { eventTypes } from '../events/event-types.ts';
import { interpretJsonObject } from '../events/interpret-json.ts';
import { toTimeMs } from '../events/times.ts';
import { emptyOkWithin } from '../provider/http-answer.ts';
import type { Provider } from '../provider/provider.ts';
import { idAt, textAt, valueAt } from '../request/json/json-access.ts';
import { compileBodyTokenScheme } from '../schemes/body-token.ts';

/**
 * `MessageBird-Signature-JWT`: HS256, HS384 or HS512, with the SHA-256 of the address that was called in it, and that
 * of the body where there is one: status reports of text messages come by GET.
 */
export const messagebird: Provider = {
  id: 'messagebird',
  name: 'MessageBird',
  evidence: [
    {
      kind: 'official-sdk',
      source: 'https://github.com/messagebird/messagebird-nodejs/blob/2d8b7de/lib/webhook-signature-jwt.js',
      checkedOn: '2026-11-30',
    },
  ],
  identity: { id: 'none', because: 'the id identifies the message', retries: 'unknown' },
  setup: [
    'In the MessageBird dashboard, under Developers, API settings, copy the signing key and store it here as the secret.',
    'Enter the address of this source, exactly as Hookline shows it, as webhook or report URL. MessageBird sends reports of text messages with GET.',
    'The newer platform, bird.com, signs differently: use the provider bird for it.',
  ],
  methods: ['POST', 'GET'],
  documentation: 'https://developers.messagebird.com/api/#verifying-http-requests',
  ...compileBodyTokenScheme({
    header: 'messagebird-signature-jwt',
    algorithm: 'HS',
    issuer: 'MessageBird',
    bodyClaim: 'payload_hash',
    bodyHash: 'hex',
    urlClaim: { name: 'url_hash', as: 'sha256' },
    age: 'exp',
  }),
  interpret: interpretJsonObject((body) => {
    const type = textAt(body, 'type') ?? 'message';
    return {
      provider: 'messagebird',
      type: [type],
      source: [idAt(body, 'message', 'channelId')],
      subject: idAt(body, 'message', 'id') ?? idAt(body, 'id'),
      timeMs: toTimeMs(
        valueAt(body, 'message', 'updatedDatetime') ??
          valueAt(body, 'message', 'createdDatetime') ??
          valueAt(body, 'statusDatetime') ??
          valueAt(body, 'createdDatetime'),
      ),
      action: textAt(body, 'message', 'status') ?? textAt(body, 'status'),
      dedupeFields: [type, idAt(body, 'message', 'id') ?? idAt(body, 'id')],
    };
  }),
  answer: emptyOkWithin(10_000),
  environment: { secrets: [] },
  eventTypes: eventTypes(
    'messagebird',
    'message message.created message.updated conversation.created conversation.updated',
  ),
};
