import { eventTypes } from '../events/event-types.ts';
import { interpretJsonObject } from '../events/interpret-json.ts';
import { toTimeMs } from '../events/times.ts';
import { emptyOkWithin } from '../provider/http-answer.ts';
import type { Provider } from '../provider/provider.ts';
import { idAt, textAt, valueAt } from '../request/json/json-access.ts';
import { compileEd25519Scheme } from '../schemes/ed25519.ts';

/** `telnyx-signature-ed25519` (base64) over `<telnyx-timestamp>|<raw body>`. */
export const telnyx: Provider = {
  id: 'telnyx',
  name: 'Telnyx',
  evidence: [
    {
      kind: 'official-sdk',
      source: 'https://github.com/team-telnyx/telnyx-node/blob/HEAD/src/lib/webhooks.ts',
      checkedOn: '2026-11-30',
    },
    {
      kind: 'official-docs',
      source: 'https://developers.telnyx.com/docs/messaging/messages/receiving-webhooks',
      checkedOn: '2026-11-29',
    },
  ],
  identity: { id: '/data/id', names: 'the event', unique: 'everywhere', stable: true, retries: true },
  setup: [
    'In the Mission Control portal, under Account, Keys & Credentials, copy the Public Key and store it here as the secret.',
    'Enter the address of this source as webhook URL of the connection, profile or application, with API version 2.',
  ],
  documentation: 'https://developers.telnyx.com/docs/messaging/messages/receiving-webhooks',
  ...compileEd25519Scheme({
    signature: { header: 'telnyx-signature-ed25519' },
    encoding: 'base64',
    message: '{timestamp}|{body}',
    timestamp: { header: 'telnyx-timestamp', dates: 'unknown', toleranceSeconds: 300 },
    publicKeyPrefix: '',
  }),
  interpret: interpretJsonObject((body) => {
    const type = textAt(body, 'data', 'event_type');
    return {
      provider: 'telnyx',
      type: [type],
      source: [textAt(body, 'data', 'record_type')],
      subject: idAt(body, 'data', 'payload', 'id') ?? idAt(body, 'data', 'payload', 'call_session_id'),
      timeMs: toTimeMs(valueAt(body, 'data', 'occurred_at')),
      deliveryId: idAt(body, 'data', 'id'),
      dedupeFields: [type],
    };
  }),
  answer: emptyOkWithin(2_000),
  environment: { secrets: [] },
  eventTypes: eventTypes(
    'telnyx',
    `call.initiated call.answered call.hangup call.bridged call.machine.detection.ended call.recording.saved
    message.received message.sent message.finalized fax.received fax.delivered fax.failed`,
  ),
};
