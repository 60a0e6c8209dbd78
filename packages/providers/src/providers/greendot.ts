import { defineProvider } from '../presets/define-provider.ts';
import type { HttpAnswer } from '../provider/http-answer.ts';
import { requireOption } from '../provider/source-options.ts';
import type { VerificationInput, VerificationResult } from '../provider/verification.ts';
import { reject } from '../rejection.ts';
import { headerOf, type InboundRequest } from '../request/inbound-request.ts';
import { toleranceOf } from '../schemes/check-age.ts';
import {
  CONFIGURED_TOKEN_OPTIONS,
  checkTokenKey,
  verifyConfiguredToken,
} from '../schemes/configured-token.ts';
import { readToken } from '../schemes/jwt.ts';

const SKEW_SECONDS = 60;
const SCOPE = 'post:webhook';
/** Ids that may be returned in a header. */
const REQUEST_ID = /^[\x21-\x7e]{1,200}$/;

/**
 * Green Dot obtains a token from your authorization server (client credentials) and sends it as `Authorization:
 * Bearer`. The answer must contain the id of its request, in a header and in the body.
 */
export const greendot = defineProvider(
  {
    id: 'greendot',
    name: 'Green Dot',
    evidence: [
      {
        kind: 'secondary',
        source: 'https://github.com/hookdeck/webhook-skills/blob/HEAD/skills/greendot-webhooks/SKILL.md',
        checkedOn: '2026-11-29',
      },
    ],
    identity: {
      id: { json: '/eventId' },
      otherwise: { header: 'x-gd-requestid' },
      names: 'the event',
      unique: 'unknown',
      stable: 'unknown',
      retries: 'unknown',
    },
    setup: [
      'On your authorization server, create a client for Green Dot with the scope post:webhook.',
      'Store the algorithm and the issuer of its tokens here as options, and the address of its published keys as the option "jwksUrl". For HS256, HS384 and HS512, store the shared secret as the secret instead.',
      'The tokens must be JWTs: Hookline cannot verify opaque tokens.',
      'Give your representative at Green Dot the client, the address of the token endpoint and the address of this source.',
    ],
    documentation: 'https://developer.greendot.com/embedded-finance/docs/webhooks-overview',
    caution: 'The token authenticates the sender only: no signature covers the body.',
    options: {
      ...CONFIGURED_TOKEN_OPTIONS,
      issuer: { description: 'The required value of the claim "iss".', required: true },
    },
    type: [{ json: '/eventType' }],
    eventTypes: `transaction accountUpdated achTransfer cardUpdate billPayTransfer directDepositSwitch provisioning`,
  },
  { verify, checkSecret: checkTokenKey, secret: 'optional', answerTo },
);

async function verify(input: VerificationInput): Promise<VerificationResult> {
  const issuer = requireOption(input, 'issuer');
  if (typeof issuer !== 'string') return issuer;
  const token = readToken(input.request, 'authorization');
  if (typeof token !== 'string') return token;
  const verified = await verifyConfiguredToken(input, token, {
    issuer,
    skewSeconds: toleranceOf(input, SKEW_SECONDS),
    requireExpiry: true,
  });
  if (!verified.ok) return verified;
  // Some authorization servers put the scope in "scp".
  const scope = verified.claims['scope'] ?? verified.claims['scp'];
  const scopes = Array.isArray(scope) ? scope : String(scope ?? '').split(' ');
  return scopes.includes(SCOPE)
    ? { ok: true, secretIndex: verified.secretIndex }
    : reject('unexpected_sender', `The token is valid, but does not have the scope ${SCOPE}.`);
}

function answerTo(request: InboundRequest): HttpAnswer {
  const id = headerOf(request, 'x-gd-requestid') ?? '';
  const description = REQUEST_ID.test(id) ? id : '';
  return {
    status: 200,
    headers: {
      'content-type': 'application/json; charset=utf-8',
      ...(description !== '' && { 'x-gd-requestid': description }),
    },
    body: JSON.stringify({ responseDetails: [{ code: 0, subCode: 0, description }] }),
  };
}
