import { createEvent } from '../events/create-event.ts';
import { toTimeMs } from '../events/times.ts';
import { emptyOkWithin } from '../provider/http-answer.ts';
import type { Provider } from '../provider/provider.ts';
import { METHODS_OPTION } from '../provider/request-methods.ts';
import { requireOption } from '../provider/source-options.ts';
import type { VerificationInput, VerificationResult } from '../provider/verification.ts';
import { isForm, isRejection, jsonOf } from '../request/form/read-form.ts';
import { idAt, textAt, valueAt } from '../request/json/json-access.ts';
import { parseJson } from '../request/json/parse-json.ts';
import { textAsJson } from '../request/json/text-as-json.ts';
import { toleranceOf } from '../schemes/check-age.ts';
import {
  CONFIGURED_TOKEN_OPTIONS,
  checkTokenKey,
  verifyConfiguredToken,
} from '../schemes/configured-token.ts';
import { readToken } from '../schemes/jwt.ts';

const SKEW_SECONDS = 60;

/**
 * Any sender that authenticates with a JWT in `Authorization: Bearer`. The source sets the algorithm, never the token.
 * The key is the secret (HS…), a public key in PEM stored as the secret, or a key of a published JWKS.
 */
export const jwt: Provider = {
  id: 'jwt',
  name: 'JWT bearer',
  evidence: [{ kind: 'standard', source: 'https://www.rfc-editor.org/rfc/rfc7519', checkedOn: '2026-11-29' }],
  identity: {
    id: '/id',
    names: 'the value that the sender puts in that claim',
    unique: 'unknown',
    stable: 'unknown',
    retries: 'unknown',
  },
  setup: [
    'Find the algorithm with which the sender signs its tokens, and store it here as the option "algorithm".',
    'For HS256, HS384 and HS512, store the shared secret. For all other algorithms, store the public key in PEM as the secret, or the address of the published keys as the option "jwksUrl".',
    'Store the issuer and the audience of the tokens, and give the sender the address of this source.',
  ],
  documentation: 'https://www.rfc-editor.org/rfc/rfc7519',
  secret: 'optional',
  options: {
    algorithm: CONFIGURED_TOKEN_OPTIONS.algorithm,
    issuer: { description: 'The required value of the claim "iss".', required: true },
    audience: {
      description: 'The required value of the claim "aud", or of one of its items.',
      required: true,
    },
    jwksUrl: CONFIGURED_TOKEN_OPTIONS.jwksUrl,
    methods: METHODS_OPTION,
  },
  caution: 'The token authenticates the sender only: no signature covers the body.',
  verify,
  checkSecret: checkTokenKey,
  interpret(request) {
    const payload = isForm(request) ? jsonOf(request) : textAsJson(request);
    if (isRejection(payload)) return payload;
    const parsed = parseJson(payload);
    if (!parsed.ok) return parsed;
    const body = parsed.value;
    const type = textAt(body, 'type') ?? textAt(body, 'event') ?? 'event';
    const event = createEvent({
      provider: 'jwt',
      type: [type],
      source: [textAt(body, 'source')],
      subject: textAt(body, 'subject'),
      timeMs: toTimeMs(valueAt(body, 'time') ?? valueAt(body, 'timestamp')),
      deliveryId: idAt(body, 'id'),
      dedupeFields: [type],
      payload,
    });
    return { ok: true, events: [event] };
  },
  answer: emptyOkWithin(10_000),
  environment: { secrets: [] },
  eventTypes: ['jwt.event'],
};

async function verify(input: VerificationInput): Promise<VerificationResult> {
  const issuer = requireOption(input, 'issuer');
  if (typeof issuer !== 'string') return issuer;
  const audience = requireOption(input, 'audience');
  if (typeof audience !== 'string') return audience;
  const token = readToken(input.request, 'authorization');
  if (typeof token !== 'string') return token;
  const verified = await verifyConfiguredToken(input, token, {
    issuer,
    audience,
    skewSeconds: toleranceOf(input, SKEW_SECONDS),
    requireExpiry: true,
  });
  return verified.ok ? { ok: true, secretIndex: verified.secretIndex } : verified;
}
