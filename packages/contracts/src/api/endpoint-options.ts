import Type, { type Static } from 'typebox';
import { HeaderName, patternWith } from './common.ts';

const strict = { additionalProperties: false } as const;

/** A condition on an event, in the JSON filter language; what it may hold is checked when it is saved. */
export const Filter = Type.Object(
  {},
  {
    additionalProperties: true,
    description:
      'Only events that fit are sent. On `{id, type, source, subject, time, provider, action, repository, data}`, where `data` is the payload: `{"data": {"amount": {"$gt": 100}}}`. Another name at the top is refused, and so is what can never match',
  },
);
export type Filter = Static<typeof Filter>;

export const TEMPLATE_IDS = ['slack', 'discord', 'microsoft-teams', 'text', 'generic'] as const;
export type TemplateId = (typeof TEMPLATE_IDS)[number];
export const MAX_TRANSFORMATION_LENGTH = 51_200;

/** What is made of an event before it is sent: code of the tenant's own, or one of ours. */
export const Transformation = Type.Union(
  [
    Type.Object({ code: Type.String({ minLength: 1, maxLength: MAX_TRANSFORMATION_LENGTH }) }, strict),
    Type.Object({ template: Type.Enum([...TEMPLATE_IDS]) }, strict),
  ],
  { description: 'JavaScript that changes or drops what is sent, or the name of a template' },
);
export type Transformation = Static<typeof Transformation>;

/** Several events in one request. */
export const Batching = Type.Object(
  {
    maxEvents: Type.Integer({ minimum: 2, maximum: 500, description: 'Sent as soon as there are so many' }),
    windowSeconds: Type.Integer({
      minimum: 1,
      maximum: 300,
      description: 'Sent at the latest so long after the first event of the batch',
    }),
  },
  strict,
);
export type Batching = Static<typeof Batching>;

/** Events with the same key arrive one after the other, in the order in which they were received. */
export const Ordering = Type.Object(
  {
    key: Type.String({
      minLength: 1,
      maxLength: 200,
      ...patternWith(
        '^(/([^~]|~[01])*|type|source|subject|provider|repository)$',
        'type, source, subject, provider, repository, or a JSON pointer into the payload such as /order/id',
      ),
      description: 'An attribute of the event, or a JSON pointer into its payload: `/invoice/id`',
    }),
    onFailure: Type.Enum(['park', 'continue'], {
      description:
        'When one gives up: `park` holds back what follows with the same key until somebody sends it again or lets it go, `continue` goes on without it',
    }),
  },
  strict,
);
export type Ordering = Static<typeof Ordering>;

/** The most that an endpoint is asked for. */
export const RateLimit = Type.Object(
  {
    perSecond: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000 })),
    perMinute: Type.Optional(Type.Integer({ minimum: 1, maximum: 600_000 })),
    concurrency: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 1_000, description: 'Requests under way at once' }),
    ),
  },
  { ...strict, minProperties: 1 },
);
export type RateLimit = Static<typeof RateLimit>;

const secretText = (description: string, maxLength = 4_096) =>
  Type.String({
    minLength: 1,
    maxLength,
    description: `${description}. Shown as \`[redacted]\`; sent back like that it stays as it is`,
  });

/** How Hookline proves to an endpoint who it is, beside the signature. */
export const EndpointAuth = Type.Union([
  Type.Object(
    {
      type: Type.Literal('basic'),
      username: Type.String({ maxLength: 200 }),
      password: secretText('The password'),
    },
    strict,
  ),
  Type.Object({ type: Type.Literal('bearer'), token: secretText('The token') }, strict),
  Type.Object({ type: Type.Literal('api_key'), header: HeaderName, key: secretText('The key') }, strict),
  Type.Object(
    {
      type: Type.Literal('oauth2_client_credentials'),
      tokenUrl: Type.String({ minLength: 1, maxLength: 2_048 }),
      clientId: Type.String({ minLength: 1, maxLength: 500 }),
      clientSecret: secretText('The client secret'),
      scope: Type.Optional(Type.String({ maxLength: 1_000 })),
      audience: Type.Optional(Type.String({ maxLength: 1_000 })),
      clientAuthentication: Type.Optional(
        Type.Enum(['basic', 'body'], {
          description: 'Where the client secret goes: HTTP Basic (default) or the form',
        }),
      ),
    },
    strict,
  ),
  Type.Object(
    {
      type: Type.Literal('mtls'),
      certificate: Type.String({ minLength: 1, maxLength: 32_768, description: 'PEM, the chain included' }),
      privateKey: secretText('The private key in PEM', 32_768),
      caCertificate: Type.Optional(
        Type.String({
          maxLength: 65_536,
          description: 'PEM of the only authority to trust for this endpoint',
        }),
      ),
    },
    strict,
  ),
]);
export type EndpointAuth = Static<typeof EndpointAuth>;

/** Which signatures a request carries. */
export const Signing = Type.Object(
  {
    algorithm: Type.Enum(['hmac', 'ed25519', 'both'], {
      default: 'hmac',
      description:
        'Standard Webhooks: `v1` with the secret, `v1a` with a key pair whose public half is published',
    }),
    plainHeaders: Type.Boolean({
      default: true,
      description:
        'Also `X-Webhook-Signature` and `X-Webhook-Timestamp`, the plain hexadecimal HMAC, with `X-Webhook-Id` and `X-Webhook-Event`',
    }),
    headerNames: Type.Optional(
      Type.Object(
        { id: HeaderName, timestamp: HeaderName, signature: HeaderName },
        {
          ...strict,
          description: 'Names to use in place of `webhook-id`, `webhook-timestamp`, `webhook-signature`',
        },
      ),
    ),
  },
  strict,
);
export type Signing = Static<typeof Signing>;

export const ENDPOINT_FORMATS = ['event', 'request'] as const;
export type EndpointFormat = (typeof ENDPOINT_FORMATS)[number];

/** How the payload stands in a body: as its sender wrote it, or as `JSON.stringify` would. */
export const ENDPOINT_BODIES = ['verbatim', 'compact'] as const;
export type EndpointBody = (typeof ENDPOINT_BODIES)[number];

export const DEFAULT_SIGNING: Signing = { algorithm: 'hmac', plainHeaders: true };
export const HTTP_METHODS = ['POST', 'PUT', 'PATCH'] as const;
export type HttpMethod = (typeof HTTP_METHODS)[number];
