import { createEvent } from '../events/create-event.ts';
import { toTimeMs } from '../events/times.ts';
import { emptyOkWithin } from '../provider/http-answer.ts';
import type { Provider } from '../provider/provider.ts';
import { isForm, isRejection, jsonOf } from '../request/form/read-form.ts';
import { idAt, textAt, valueAt } from '../request/json/json-access.ts';
import { parseJson } from '../request/json/parse-json.ts';
import { textAsJson } from '../request/json/text-as-json.ts';
import { compileStandardWebhooks } from '../schemes/standard-webhooks.ts';

const scheme = compileStandardWebhooks('webhook');

/**
 * Any sender that follows https://www.standardwebhooks.com. The body may be any JSON, or text, which becomes a JSON
 * string; `type` and `timestamp` are read where they are, as the specification recommends.
 */
export const standardWebhooks: Provider = {
  id: 'standard-webhooks',
  name: 'Standard Webhooks',
  evidence: [
    { kind: 'published-vector', source: 'https://www.standardwebhooks.com', checkedOn: '2026-11-29' },
    { kind: 'official-sdk', source: 'https://www.standardwebhooks.com', checkedOn: '2026-11-29' },
    {
      kind: 'standard',
      source: 'https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md',
      checkedOn: '2026-11-29',
    },
  ],
  identity: { id: 'header webhook-id', names: 'the message', unique: 'source', stable: true, retries: true },
  setup: [
    'Enter the address of this source where the sender asks for the URL of your endpoint.',
    'Copy the signing secret that the sender shows (whsec_…), or its public key (whpk_…), and store it here.',
  ],
  documentation: 'https://www.standardwebhooks.com',
  verify: scheme.verify,
  checkSecret: scheme.checkSecret,
  interpret(request) {
    const payload = isForm(request) ? jsonOf(request) : textAsJson(request);
    if (isRejection(payload)) return payload;
    const parsed = parseJson(payload);
    if (!parsed.ok) return parsed;
    const type = textAt(parsed.value, 'type');
    const id = scheme.idOf(request);
    const event = createEvent({
      provider: 'standard-webhooks',
      type: [type],
      subject: idAt(parsed.value, 'data', 'id'),
      timeMs: toTimeMs(valueAt(parsed.value, 'timestamp')) ?? toTimeMs(scheme.timestampOf(request)),
      deliveryId: id,
      dedupeFields: [type, id],
      payload,
    });
    return { ok: true, events: [event] };
  },
  answer: emptyOkWithin(15_000),
  environment: { secrets: ['STANDARD_WEBHOOKS_SECRET'] },
  eventTypes: [],
};
