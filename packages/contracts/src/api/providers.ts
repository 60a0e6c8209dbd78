import Type, { type Static } from 'typebox';
import { defineOperations } from '../operation.ts';
import { nullable } from './common.ts';

/** A provider that sources can be made for, and how to connect it. */
export const ProviderDescription = Type.Object({
  id: Type.String(),
  aliases: Type.Array(Type.String({ description: 'Other names that requests and paths may use' })),
  name: Type.String(),
  evidence: Type.Array(
    Type.Object({
      kind: Type.Enum(
        ['published-vector', 'official-sdk', 'official-docs', 'standard', 'secondary', 'hearsay'],
        {
          description:
            'Signatures that it published, its SDK, its documentation, a public standard, what others wrote about it, or what people say: try that before you rely on it',
        },
      ),
      source: Type.String({ description: 'Where it was read' }),
      checkedOn: Type.String({ format: 'date', description: 'The day on which it was read' }),
    }),
    { description: 'What its rules rest on, the surest first' },
  ),
  setup: Type.Array(Type.String(), { description: 'How to connect it, step by step' }),
  documentation: Type.Union([Type.String(), Type.Null()]),
  secret: Type.Enum(['required', 'optional', 'none'], { description: 'Whether a source needs one' }),
  options: Type.Record(Type.String(), Type.Object({ description: Type.String(), required: Type.Boolean() }), {
    description: 'What a source needs, or may have, beside the secret',
  }),
  caution: Type.Union([Type.String(), Type.Null()], {
    description: 'The signature does not cover the whole body: what to know of that',
  }),
  identity: Type.Object(
    {
      id: nullable(Type.String({ description: 'Where the id of an event stands' })),
      otherwise: nullable(Type.String({ description: 'Where it stands in requests that lack the first' })),
      names: nullable(Type.String({ description: 'What the id names' })),
      unique: nullable(
        Type.Enum(['everywhere', 'account', 'source', 'unknown'], {
          description: 'Within what no other event has the id',
        }),
      ),
      uniqueSeconds: nullable(Type.Integer({ description: 'For how long; null: for ever' })),
      stable: nullable(
        Type.Enum(['yes', 'no', 'unknown'], { description: 'Whether a retry has the same id' }),
      ),
      retries: Type.Enum(['yes', 'no', 'unknown'], {
        description: 'Whether the provider sends a request again that was not answered well',
      }),
      equalBodies: Type.Enum(['repeats', 'events'], {
        description:
          'What two requests without an id and with equal bodies are: within the window one event and its repeat, or two events',
      }),
      because: nullable(Type.String({ description: 'Why there is no id' })),
    },
    { description: 'What a repeat is recognised by, where a source does not say so with `dedupe`' },
  ),
  answerWithinMs: Type.Integer({ description: 'How long it waits for the answer to a webhook' }),
  harmfulStatuses: Type.Record(Type.String(), Type.String(), {
    description:
      'Statuses after which it does more than to send again or to drop the request, and what: refusals are answered with another',
  }),
  samples: Type.Integer({ description: 'How many events POST /api/webhooks/test can make up of it' }),
  eventTypes: Type.Integer({ description: 'How many types it lists under /api/webhooks/events' }),
});
export type ProviderDescription = Static<typeof ProviderDescription>;

export const providerOperations = defineOperations({
  listProviders: {
    owner: 'ingest',
    role: 'tenant',
    tag: 'Providers',
    method: 'GET',
    path: '/api/providers',
    summary: 'Providers that sources can be made for, and how to connect them',
    success: { status: 200, schema: Type.Object({ data: Type.Array(ProviderDescription) }) },
  },
});
