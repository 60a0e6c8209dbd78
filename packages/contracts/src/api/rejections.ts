import Type, { type Static, type TSchema } from 'typebox';
import { defineOperations } from '../operation.ts';
import { ANY_TEXT, list, one, PageQuery, patternWith, Timestamp, UserId } from './common.ts';

/** Causes of rejections. Stable: causes may be added, and none changes its meaning. */
export const REJECTION_CAUSES = [
  // The request was signed with another secret.
  'retired_secret',
  'other_source_secret',
  'environment_secret',
  'secret_whitespace',
  'secret_prefix',
  'secret_encoding',
  'wrong_secret',
  'secret_not_configured',
  'unexpected_sender',
  // The request was changed after it was signed.
  'body_reserialized',
  'body_trailing_newline',
  'body_line_endings',
  'body_byte_order_mark',
  'body_charset',
  'body_form_decoded',
  'body_missing',
  'url_changed',
  // The request is not of the form that this provider sends.
  'wrong_provider',
  'signature_missing',
  'header_missing',
  'header_duplicated',
  'header_malformed',
  'timestamp_too_old',
  'timestamp_in_future',
  'keys_unavailable',
  'body_malformed',
  'body_too_large',
  'body_incomplete',
  'body_compressed',
  'method_not_allowed',
  'verify_token',
  // The request is genuine and was refused for another reason.
  'address_not_allowed',
  'address_unknown',
  'filtered',
  'withheld',
  'rate_limited',
] as const;
export type RejectionCause = (typeof REJECTION_CAUSES)[number];

const orNull = <Schema extends TSchema>(schema: Schema, description: string) =>
  Type.Union([schema, Type.Null()], { description });
const common = { owner: 'ingest', role: 'tenant', tag: 'Sources' } as const;

/** The record of a request that was refused or recognised as a repeat, with the reason. */
export const Rejection = Type.Object({
  id: Type.String(),
  at: Timestamp,
  userId: Type.Union([Type.String(), Type.Null()]),
  summary: Type.String({
    description: 'What happened in one sentence, as `summary` of a journey. The time of day is in UTC',
  }),
  provider: Type.String(),
  sourceId: Type.Union([Type.String(), Type.Null()]),
  code: Type.String(),
  reason: Type.String({ description: 'What happened' }),
  cause: orNull(Type.Enum(REJECTION_CAUSES), 'The cause of the rejection. null: unknown'),
  hint: orNull(Type.String(), 'The cause in a sentence and what to do about it'),
  wouldMatch: orNull(Type.String(), 'What would have been accepted'),
  eventId: Type.Union([Type.String(), Type.Null()], {
    description: 'For `duplicate`: the event that the request repeats',
  }),
  providerDeliveryId: Type.Union([Type.String(), Type.Null()]),
  headers: Type.Record(Type.String(), Type.String()),
  bodyStart: Type.String({ description: 'First 2 KB of the body' }),
});
export type Rejection = Static<typeof Rejection>;

const STEPS = ['address', 'headers', 'timestamp', 'signature', 'body', 'event'] as const;
/** The checks of a request, in the order in which they are shown. */
export type DiagnosisStepName = (typeof STEPS)[number];

export const DiagnosisStep = Type.Object({
  step: Type.Enum(STEPS),
  ok: orNull(Type.Boolean(), 'null: the check did not apply or was not reached'),
  detail: Type.String(),
});
export type DiagnosisStep = Static<typeof DiagnosisStep>;

/** The result of diagnosing a request. It contains no secret and no correct signature. */
export const Diagnosis = Type.Object({
  accepted: Type.Boolean(),
  steps: Type.Array(DiagnosisStep),
  cause: orNull(Type.Enum(REJECTION_CAUSES), 'null: the request is accepted'),
  hint: orNull(Type.String(), 'The cause in a sentence and what to do about it'),
  wouldMatch: orNull(Type.String(), 'What would have been accepted'),
  events: Type.Array(
    Type.Object({
      type: Type.String(),
      source: Type.String(),
      subject: Type.Optional(Type.String()),
      time: Type.Optional(Timestamp),
      providerDeliveryId: Type.Optional(Type.String()),
      action: Type.Optional(Type.String()),
      repository: Type.Optional(Type.String()),
    }),
    { description: 'Events that the request would become; the first 20 of a batch' },
  ),
});
export type Diagnosis = Static<typeof Diagnosis>;

/** Limit of a pasted request, including its body in base64. */
const MAX_PASTED_LENGTH = 1_500_000;

export const rejectionOperations = defineOperations({
  listRejections: {
    ...common,
    method: 'GET',
    path: '/api/rejections',
    scope: 'sources:read',
    summary: 'List refused and repeated requests with the reason, newest first',
    query: Type.Object({
      ...PageQuery,
      userId: Type.Optional(UserId),
      sourceId: Type.Optional(Type.String({ maxLength: 100 })),
      eventId: Type.Optional(Type.String({ maxLength: 100 })),
      code: Type.Optional(Type.String({ maxLength: 100 })),
    }),
    success: { status: 200, schema: list(Rejection) },
  },

  diagnoseSource: {
    ...common,
    method: 'POST',
    path: '/api/sources/:id/diagnose',
    scope: 'sources:read',
    summary: 'Explain why a request was or would be refused',
    description:
      'Takes the request in one of four forms: `headers` with `body` or `bodyBase64`; `raw`, the text of an HTTP request; ' +
      '`curl`, a command line; or `rejectionId`, a recorded rejection. Nothing is stored. Without `receivedAt` the age of ' +
      'the request is reported but not checked.',
    params: Type.Object({ id: Type.String({ maxLength: 100 }) }),
    query: Type.Object({ userId: Type.Optional(UserId) }),
    body: Type.Object(
      {
        method: Type.Optional(
          Type.String(patternWith('^[A-Z]{1,20}$', 'an HTTP method in capital letters, such as POST')),
        ),
        url: Type.Optional(Type.String({ minLength: 1, maxLength: 8192 })),
        headers: Type.Optional(
          Type.Record(
            Type.String({ maxLength: 200 }),
            Type.Union([
              Type.String({ maxLength: 16_384 }),
              Type.Array(Type.String({ maxLength: 16_384 }), { maxItems: 20 }),
            ]),
          ),
        ),
        body: Type.Optional(Type.String({ maxLength: MAX_PASTED_LENGTH, ...ANY_TEXT })),
        bodyBase64: Type.Optional(Type.String({ maxLength: MAX_PASTED_LENGTH })),
        raw: Type.Optional(Type.String({ minLength: 1, maxLength: MAX_PASTED_LENGTH, ...ANY_TEXT })),
        curl: Type.Optional(Type.String({ minLength: 1, maxLength: MAX_PASTED_LENGTH, ...ANY_TEXT })),
        rejectionId: Type.Optional(Type.String({ maxLength: 100 })),
        receivedAt: Type.Optional(Timestamp),
        clientAddress: Type.Optional(
          Type.String({
            maxLength: 50,
            description: 'Address of the sender, to be compared with `allowedIps`',
          }),
        ),
      },
      { additionalProperties: false },
    ),
    success: { status: 200, schema: one(Diagnosis) },
  },
});
