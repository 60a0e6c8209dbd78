import Type, { type Static } from 'typebox';
import { defineOperations } from '../operation.ts';
import { one, UserId, withDefault } from './common.ts';

export const VERIFICATION_CHECKS = [
  'address',
  'connection',
  'certificate',
  'credentials',
  'signature',
  'response_time',
  'challenge',
  'duplicate',
  'wrong_signature',
  'stale_timestamp',
  'rotation',
] as const;
export type VerificationCheckName = (typeof VERIFICATION_CHECKS)[number];

const VerificationCheck = Type.Object({
  name: Type.Enum([...VERIFICATION_CHECKS]),
  passed: Type.Union([Type.Boolean(), Type.Null()], {
    description: 'null: the check does not apply or was inconclusive',
  }),
  text: Type.String({ description: 'The finding and what to do about it' }),
  details: Type.Record(Type.String(), Type.Unknown()),
  durationMs: Type.Union([Type.Number(), Type.Null()]),
});
export type VerificationCheck = Static<typeof VerificationCheck>;

export const EndpointVerification = Type.Object({
  verified: Type.Boolean({
    description:
      'true: the receiver accepted a valid request and, if required, echoed the challenge. A wrong request that it also accepts is a warning and does not count',
  }),
  checks: Type.Array(VerificationCheck, { description: 'All checks, always in the same order' }),
});
export type EndpointVerification = Static<typeof EndpointVerification>;

/**
 * The type of the test event. Its data is `{"challenge": "…"}`; an endpoint with `batching` gets it as a batch of
 * one.
 */
export const VERIFICATION_EVENT_TYPE = 'webhook.verify';
export const VERIFICATION_TIMEOUT_MS = 25_000;

export const endpointVerificationOperations = defineOperations({
  verifyEndpoint: {
    owner: 'delivery',
    role: 'tenant',
    tag: 'Endpoints',
    method: 'POST',
    path: '/api/webhooks/:id/verify',
    scope: 'endpoints:write',
    summary: 'Verify an endpoint',
    description:
      'Sends the endpoint up to five requests of the type `webhook.verify`, one after the other, within 25 s: a valid request, the same request again, one with a wrong signature, one that is ten minutes old and, during a secret rotation, one signed with the new secret only. An endpoint with `batching` gets each as a batch of one. The requests are not deliveries; only `verified` is stored. An endpoint takes one verification at a time (429).',
    params: Type.Object({ id: Type.String({ maxLength: 100 }) }),
    query: Type.Object({ userId: Type.Optional(UserId) }),
    body: Type.Object(
      {
        requireChallenge: Type.Optional(
          withDefault(
            Type.Boolean({
              description:
                'Whether the endpoint must echo the challenge: as text, or as JSON in the field `challenge`',
            }),
            false,
          ),
        ),
      },
      { additionalProperties: false },
    ),
    success: { status: 200, schema: one(EndpointVerification) },
    answersWithinMs: VERIFICATION_TIMEOUT_MS + 3_000,
  },
});
