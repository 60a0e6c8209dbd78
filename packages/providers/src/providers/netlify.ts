import { eventTypes } from '../events/event-types.ts';
import { interpretJsonObject } from '../events/interpret-json.ts';
import { toTimeMs } from '../events/times.ts';
import { emptyOkWithin } from '../provider/http-answer.ts';
import type { Provider } from '../provider/provider.ts';
import { headerOf } from '../request/inbound-request.ts';
import { idAt, textAt, valueAt } from '../request/json/json-access.ts';
import { compileBodyTokenScheme } from '../schemes/body-token.ts';

/** `X-Webhook-Signature`: a JWT (HS256) with the SHA-256 of the body and without a time. */
export const netlify: Provider = {
  id: 'netlify',
  name: 'Netlify',
  evidence: [
    {
      kind: 'secondary',
      source: 'https://github.com/simstudioai/sim/pull/4518',
      checkedOn: '2026-11-29',
    },
  ],
  identity: {
    id: 'none',
    because: '/id identifies the deploy, and a deploy has several events',
    retries: 'unknown',
  },
  setup: [
    'In Netlify, under Project configuration, Notifications, add an HTTP POST request for the event to send.',
    'Generate a JWS secret token. Enter the address of this source and the token, and store the same token here as the secret.',
  ],
  documentation: 'https://docs.netlify.com/site-deploys/notifications/',
  ...compileBodyTokenScheme({
    header: 'x-webhook-signature',
    issuer: 'netlify',
    bodyClaim: 'sha256',
    bodyHash: 'hex',
    age: 'none',
  }),
  interpret: interpretJsonObject((body, request) => {
    const type = headerOf(request, 'x-netlify-event') ?? textAt(body, 'state');
    return {
      provider: 'netlify',
      type: [type],
      source: [idAt(body, 'site_id')],
      subject: textAt(body, 'name'),
      timeMs: toTimeMs(valueAt(body, 'updated_at') ?? valueAt(body, 'created_at')),
      action: textAt(body, 'state'),
      dedupeFields: [type, idAt(body, 'id')],
    };
  }),
  answer: emptyOkWithin(10_000),
  environment: { secrets: [] },
  eventTypes: eventTypes(
    'netlify',
    `deploy_created deploy_building deploy_failed deploy_locked deploy_unlocked deploy_deleted deploy_restored
    deploy_request_pending deploy_request_accepted deploy_request_rejected submission_created`,
  ),
};
