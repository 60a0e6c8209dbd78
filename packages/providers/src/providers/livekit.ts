import { eventTypes } from '../events/event-types.ts';
import { interpretJsonObject } from '../events/interpret-json.ts';
import { toTimeMs } from '../events/times.ts';
import { emptyOkWithin } from '../provider/http-answer.ts';
import type { Provider } from '../provider/provider.ts';
import { idAt, textAt, valueAt } from '../request/json/json-access.ts';
import { compileBodyTokenScheme } from '../schemes/body-token.ts';

/**
 * `Authorization`: a JWT (HS256) with the API secret. Its issuer is the API key, and it contains the SHA-256 of the
 * body.
 */
export const livekit: Provider = {
  id: 'livekit',
  name: 'LiveKit',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://github.com/livekit/protocol/blob/HEAD/webhook/resource_url_notifier.go',
      checkedOn: '2026-11-30',
    },
    {
      kind: 'official-docs',
      source: 'https://docs.livekit.io/home/server/webhooks/',
      checkedOn: '2026-11-29',
    },
  ],
  identity: {
    id: '/id',
    names: 'the event, the same at every address',
    unique: 'everywhere',
    stable: true,
    retries: true,
  },
  setup: [
    'In LiveKit, under Settings, Webhooks, create a webhook with the address of this source and choose the API key that signs.',
    'Store the API secret of that key here as the secret, and the API key as the option "apiKey".',
  ],
  documentation: 'https://docs.livekit.io/home/server/webhooks/',
  options: { apiKey: { description: 'The API key whose secret signs, such as APIabc123.', required: true } },
  ...compileBodyTokenScheme({
    header: 'authorization',
    issuer: '{option:apiKey}',
    bodyClaim: 'sha256',
    bodyHash: 'base64',
    age: 'exp',
  }),
  interpret: interpretJsonObject((body) => {
    const type = textAt(body, 'event');
    const room =
      textAt(body, 'room', 'name') ??
      textAt(body, 'egressInfo', 'roomName') ??
      textAt(body, 'ingressInfo', 'roomName');
    return {
      provider: 'livekit',
      type: [type],
      source: [room],
      subject:
        textAt(body, 'participant', 'identity') ??
        textAt(body, 'egressInfo', 'egressId') ??
        textAt(body, 'ingressInfo', 'ingressId') ??
        room,
      timeMs: toTimeMs(valueAt(body, 'createdAt')),
      deliveryId: idAt(body, 'id'),
      dedupeFields: [type],
    };
  }),
  answer: emptyOkWithin(10_000),
  environment: { secrets: [] },
  eventTypes: eventTypes(
    'livekit',
    `room_started room_finished participant_joined participant_left participant_connection_aborted track_published
    track_unpublished egress_started egress_updated egress_ended ingress_started ingress_ended`,
  ),
};
