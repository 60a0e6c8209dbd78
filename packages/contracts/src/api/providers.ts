import Type, { type Static } from 'typebox';
import { defineOperations } from '../operation.ts';
import { nullable } from './common.ts';

/** A provider that a source can be created for, and how to connect it. */
export const ProviderDescription = Type.Object({
  id: Type.String(),
  aliases: Type.Array(Type.String({ description: 'Other names of the provider in requests and paths' })),
  name: Type.String(),
  evidence: Type.Array(
    Type.Object({
      kind: Type.Enum(
        ['published-vector', 'official-sdk', 'official-docs', 'standard', 'secondary', 'hearsay'],
        {
          description:
            "What the statement is based on: signatures that the provider published, its SDK, its documentation, a public standard, other people's code or text, or hearsay (test it before you rely on it)",
        },
      ),
      source: Type.String({ description: 'Address of the source' }),
      checkedOn: Type.String({ format: 'date', description: 'Day on which the source was read' }),
    }),
    { description: "Evidence for the provider's rules, the strongest first" },
  ),
  setup: Type.Array(Type.String(), { description: 'Steps to connect the provider' }),
  documentation: Type.Union([Type.String(), Type.Null()]),
  secret: Type.Enum(['required', 'optional', 'none'], { description: 'Whether a source needs a secret' }),
  options: Type.Record(Type.String(), Type.Object({ description: Type.String(), required: Type.Boolean() }), {
    description: 'Options of a source besides the secret',
  }),
  caution: Type.Union([Type.String(), Type.Null()], {
    description: 'What the signature does not cover. null: it covers the whole body',
  }),
  identity: Type.Object(
    {
      id: nullable(Type.String({ description: 'Where the id of an event is' })),
      otherwise: nullable(Type.String({ description: 'Where the id is in requests without the first one' })),
      names: nullable(Type.String({ description: 'What the id identifies' })),
      unique: nullable(
        Type.Enum(['everywhere', 'account', 'source', 'unknown'], {
          description: 'Scope within which the id is unique',
        }),
      ),
      uniqueSeconds: nullable(
        Type.Integer({ description: 'For how long the id is unique, in seconds. null: without limit' }),
      ),
      stable: nullable(
        Type.Enum(['yes', 'no', 'unknown'], { description: 'Whether a retry has the same id' }),
      ),
      retries: Type.Enum(['yes', 'no', 'unknown'], {
        description: 'Whether the provider sends a request again after an error answer',
      }),
      equalBodies: Type.Enum(['repeats', 'events'], {
        description:
          'How two requests with equal bodies and without an id are treated. `repeats`: within the dedupe window they are one event and its repeat. `events`: they are two events',
      }),
      because: nullable(Type.String({ description: 'Why there is no id' })),
    },
    { description: 'How a repeat is recognised, unless the source has `dedupe`' },
  ),
  answerWithinMs: Type.Integer({
    description: 'How long the provider waits for the answer to a webhook, in ms',
  }),
  harmfulStatuses: Type.Record(Type.String(), Type.String(), {
    description:
      'Statuses that have an effect beyond a retry or a dropped request, with that effect. Refusals are answered with another status',
  }),
  samples: Type.Integer({
    description: 'Number of sample events that `POST /api/webhooks/test` has for this provider',
  }),
  eventTypes: Type.Integer({ description: 'Number of its types in `GET /api/webhooks/events`' }),
});
export type ProviderDescription = Static<typeof ProviderDescription>;

export const providerOperations = defineOperations({
  listProviders: {
    owner: 'ingest',
    role: 'tenant',
    tag: 'Providers',
    method: 'GET',
    path: '/api/providers',
    scope: 'sources:read',
    summary: 'List the providers that sources can be created for, with the steps to connect them',
    success: { status: 200, schema: Type.Object({ data: Type.Array(ProviderDescription) }) },
  },
});
