import Type, { type Static } from 'typebox';
import { defineOperations } from '../operation.ts';
import { one, patternWith, UserId } from './common.ts';

/** How many results one call of `reportLocalResults` takes. */
export const MAX_LOCAL_RESULTS = 100;
/** How many results of one event are kept: the newest. */
export const MAX_LOCAL_RESULTS_OF_EVENT = 20;
/** As in the pattern of `reporter`. */
export const MAX_REPORTER_LENGTH = 100;
export const MAX_LOCAL_DETAIL_LENGTH = 1_000;

/** What became of an event that a program forwarded to a local server. */
export const LocalResult = Type.Object(
  {
    eventId: Type.String({ maxLength: 100 }),
    durationMs: Type.Integer({
      minimum: 0,
      maximum: 3_600_000,
      examples: [41],
      description: 'How long the local server took, in ms',
    }),
    status: Type.Optional(
      Type.Integer({
        minimum: 100,
        maximum: 999,
        examples: [200],
        description: 'Status of the answer. Either this or `error`',
      }),
    ),
    error: Type.Optional(
      Type.Enum(['refused', 'broken', 'timeout', 'impossible'], {
        description:
          'Why there was no answer: `refused`: no server listened. `broken`: the connection broke. `timeout`: no answer in time. `impossible`: a request could not be sent at all, for example because of a certificate',
      }),
    ),
    detail: Type.Optional(
      Type.String({
        maxLength: MAX_LOCAL_DETAIL_LENGTH,
        description: 'The beginning of the body of the answer, or the text of the error',
      }),
    ),
  },
  {
    additionalProperties: false,
    examples: [{ eventId: 'evt_01BX5ZZKBKACTAV9WEVGEMMVRZ', durationMs: 41, status: 200 }],
  },
);
export type LocalResult = Static<typeof LocalResult>;

export const localResultOperations = defineOperations({
  reportLocalResults: {
    owner: 'delivery',
    role: 'tenant',
    tag: 'Events',
    method: 'POST',
    path: '/api/webhook-events/local-results',
    scope: 'events:write',
    summary: 'Report what a local server answered to forwarded events',
    description: `\`hookline listen --report\` calls it. The journey of each event shows its results. A result is not a delivery: the event keeps its status, and no statistics count it. The ${MAX_LOCAL_RESULTS_OF_EVENT} newest results of an event are kept, for as long as the event.`,
    body: Type.Object(
      {
        reporter: Type.String({
          ...patternWith(
            '^[^\\u0000-\\u001f\\u007f]{1,100}$',
            'a text of 1 to 100 characters, without control characters',
          ),
          examples: ['laptop'],
          description: 'Name of the machine that forwarded the events, as the journey shows it',
        }),
        results: Type.Array(LocalResult, { minItems: 1, maxItems: MAX_LOCAL_RESULTS }),
        userId: Type.Optional(UserId),
      },
      { additionalProperties: false },
    ),
    success: {
      status: 200,
      schema: one(
        Type.Object({
          stored: Type.Integer({ description: 'How many results were stored' }),
          missing: Type.Array(Type.String(), {
            description:
              'Ids of events that are not stored: there is no such event, or it was received a moment ago. Report the results of a new event again after a second',
          }),
        }),
      ),
    },
  },
});
