import Type, { type Static } from 'typebox';
import { defineOperations } from '../operation.ts';
import { one, UserId } from './common.ts';

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
    description: 'null: does not apply, or could not be told',
  }),
  text: Type.String({ description: 'What was found, and what to do about it' }),
  details: Type.Record(Type.String(), Type.Unknown()),
  durationMs: Type.Union([Type.Number(), Type.Null()]),
});
export type VerificationCheck = Static<typeof VerificationCheck>;

export const EndpointVerification = Type.Object({
  verified: Type.Boolean({
    description:
      'The receiver was reached and accepted a right request (and echoed the challenge, where that was asked for). What it fails to reject is a warning, and does not count.',
  }),
  checks: Type.Array(VerificationCheck, { description: 'All of them, always in the same order' }),
});
export type EndpointVerification = Static<typeof EndpointVerification>;

/** The type of the event that is sent, by itself or in a batch of one; its data is `{"challenge": "…"}`. */
export const VERIFICATION_EVENT_TYPE = 'webhook.verify';
export const VERIFICATION_TIMEOUT_MS = 25_000;

export const endpointVerificationOperations = defineOperations({
  verifyEndpoint: {
    owner: 'delivery',
    role: 'tenant',
    tag: 'Endpoints',
    method: 'POST',
    path: '/api/webhooks/:id/verify',
    summary: 'Verify an endpoint',
    description:
      'Sends the endpoint up to five requests of the type `webhook.verify`, one after the other, in 25 s at most: a right one, the same again, one with a wrong signature, one that is ten minutes old, and, during a rotation, one signed with the new secret alone. An endpoint with `batching` gets each as a batch of one. They are no deliveries and leave no trace but `verified`. One verification of an endpoint at a time (429).',
    params: Type.Object({ id: Type.String({ maxLength: 100 }) }),
    query: Type.Object({ userId: Type.Optional(UserId) }),
    body: Type.Object(
      {
        requireChallenge: Type.Optional(
          Type.Boolean({
            default: false,
            description:
              'Only who echoes the challenge counts as verified: the answer is the challenge as text, or JSON with it as `challenge`',
          }),
        ),
      },
      { additionalProperties: false },
    ),
    success: { status: 200, schema: one(EndpointVerification) },
    answersWithinMs: VERIFICATION_TIMEOUT_MS + 3_000,
  },
});
