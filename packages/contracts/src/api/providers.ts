import Type, { type Static } from 'typebox';
import { defineOperation } from '../operation.ts';

/** A provider that sources can be made for, and how to connect it. */
export const ProviderDescription = Type.Object({
  id: Type.String(),
  aliases: Type.Array(Type.String({ description: 'Other names that requests and paths may use' })),
  name: Type.String(),
  evidence: Type.Array(
    Type.Enum(['published-vector', 'official-sdk', 'official-docs', 'registry', 'hearsay'], {
      description:
        'What its rules rest on, the surest first: signatures that it published, its SDK, its documentation, the tables of other gateways, or what people say: try that before you rely on it',
    }),
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
  eventTypes: Type.Integer({ description: 'How many types it lists under /api/webhooks/events' }),
});
export type ProviderDescription = Static<typeof ProviderDescription>;

export const listProviders = defineOperation({
  owner: 'ingest',
  role: 'tenant',
  tag: 'Providers',
  id: 'listProviders',
  method: 'GET',
  path: '/api/providers',
  summary: 'Providers that sources can be made for, and how to connect them',
  success: { status: 200, schema: Type.Object({ data: Type.Array(ProviderDescription) }) },
});
