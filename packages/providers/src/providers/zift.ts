import { scalarsAt } from '@hookline/json';
import { defineProvider } from '../presets/define-provider.ts';
import { secretInAddress } from '../presets/setup-steps.ts';
import type { HttpAnswer } from '../provider/http-answer.ts';
import type { InboundRequest } from '../request/inbound-request.ts';
import { valueAt } from '../request/json/json-access.ts';
import { parseJson } from '../request/json/parse-json.ts';
import { compileTokenScheme } from '../schemes/token.ts';

/** Zift signs nothing. It counts a notification as received only if the answer contains its id. */
export const zift = defineProvider(
  {
    id: 'zift',
    name: 'Zift',
    evidence: [{ kind: 'secondary', source: 'https://api.zift.io/#webhooks', checkedOn: '2026-11-29' }],
    identity: {
      id: { json: '/notificationId' },
      names: 'the notification',
      unique: 'unknown',
      stable: 'unknown',
      retries: true,
    },
    setup: secretInAddress({
      where: 'an e-mail to the support of Zift, which sets up webhooks',
      notes: ['Allow only the addresses of Zift if possible.'],
    }),
    documentation: 'https://api.zift.io/#webhooks',
    caution: 'Nothing is signed: anyone who knows the address can send any event.',
    type: [{ json: '/eventCode' }],
    time: { json: '/eventDate', unit: 'ms' },
    eventTypes: 'billing.subscription-created',
  },
  { ...compileTokenScheme({ token: { query: 'secret' } }), answerTo },
);

function answerTo({ rawBody }: InboundRequest): HttpAnswer {
  const parsed = parseJson(rawBody);
  const id = parsed.ok ? valueAt(parsed.value, 'notificationId') : undefined;
  // A number is returned with its digits, a text as a text.
  const [digits = 'null'] = (parsed.ok && scalarsAt(rawBody, ['notificationId'])) || [];
  return {
    status: 200,
    headers: { 'content-type': 'application/json; charset=utf-8', 'x-content-type-options': 'nosniff' },
    body: `{"notificationId":${typeof id === 'number' ? digits : JSON.stringify(typeof id === 'string' ? id : null)}}`,
  };
}
