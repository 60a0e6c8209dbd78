import Type, { type Static } from 'typebox';
import { SECRET } from '../secret-field.ts';
import { HeaderName, patternWith, withDefault } from './common.ts';

const strict = { additionalProperties: false } as const;

/** A condition on an event, in the JSON filter language. The filter is checked when it is saved. */
export const Filter = Type.Object(
  {},
  {
    additionalProperties: true,
    description:
      'Only matching events are sent. The filter sees `{id, type, source, subject, time, provider, action, repository, data}`, where `data` is the payload: `{"data": {"amount": {"$gt": 100}}}`. A filter with another name at the top level, or one that can never match, is refused',
  },
);
export type Filter = Static<typeof Filter>;

export const TEMPLATE_IDS = ['slack', 'discord', 'microsoft-teams', 'text', 'generic'] as const;
export type TemplateId = (typeof TEMPLATE_IDS)[number];
export const MAX_TRANSFORMATION_LENGTH = 51_200;

/** What changes an event before it is sent: the tenant's code or a template. */
export const Transformation = Type.Union(
  [
    Type.Object({ code: Type.String({ minLength: 1, maxLength: MAX_TRANSFORMATION_LENGTH }) }, strict),
    Type.Object({ template: Type.Enum([...TEMPLATE_IDS]) }, strict),
  ],
  { description: 'JavaScript that changes or drops the request, or the name of a template' },
);
export type Transformation = Static<typeof Transformation>;

/** Sends several events in one request. */
export const Batching = Type.Object(
  {
    maxEvents: Type.Integer({
      minimum: 2,
      maximum: 500,
      description: 'The batch is sent when it has this many events',
    }),
    windowSeconds: Type.Integer({
      minimum: 1,
      maximum: 300,
      description: 'The batch is sent this many seconds after its first event at the latest',
    }),
  },
  strict,
);
export type Batching = Static<typeof Batching>;

/** Events with the same ordering key are sent one at a time, in the order in which they were received. */
export const Ordering = Type.Object(
  {
    key: Type.String({
      minLength: 1,
      maxLength: 200,
      ...patternWith(
        '^(/([^~]|~[01])*|type|source|subject|provider|repository)$',
        'type, source, subject, provider, repository, or a JSON pointer into the payload such as /order/id',
      ),
      description:
        'Where the ordering key is: an attribute of the event or a JSON pointer into its payload, such as `/invoice/id`',
    }),
    onFailure: Type.Enum(['park', 'continue'], {
      description:
        'What happens when a delivery gives up. `park`: deliveries with the same key wait until a caller sends it again or discards it. `continue`: they are sent without it',
    }),
  },
  strict,
);
export type Ordering = Static<typeof Ordering>;

/** Upper limits on the requests to an endpoint. */
export const RateLimit = Type.Object(
  {
    perSecond: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000 })),
    perMinute: Type.Optional(Type.Integer({ minimum: 1, maximum: 600_000 })),
    concurrency: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 1_000, description: 'Requests in flight at the same time' }),
    ),
  },
  { ...strict, minProperties: 1 },
);
export type RateLimit = Static<typeof RateLimit>;

const secretText = (description: string, maxLength = 4_096) =>
  Type.String({
    ...SECRET,
    minLength: 1,
    maxLength,
    description: `${description}. Answers show \`[redacted]\`; sending that back keeps the value`,
  });

/** How Hookline authenticates to an endpoint, besides the signature. */
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
          description: 'Where the client secret is sent: in HTTP Basic (default) or in the form',
        }),
      ),
    },
    strict,
  ),
  Type.Object(
    {
      type: Type.Literal('mtls'),
      certificate: Type.String({ minLength: 1, maxLength: 32_768, description: 'PEM, including the chain' }),
      privateKey: secretText('The private key in PEM', 32_768),
      caCertificate: Type.Optional(
        Type.String({
          maxLength: 65_536,
          description: 'PEM of the only certificate authority that is trusted for this endpoint',
        }),
      ),
    },
    strict,
  ),
]);
export type EndpointAuth = Static<typeof EndpointAuth>;

/** Which signatures a request has. */
export const Signing = Type.Object(
  {
    algorithm: withDefault(
      Type.Enum(['hmac', 'ed25519', 'both'], {
        description:
          'Signatures of Standard Webhooks. `hmac`: `v1`, made with the secret. `ed25519`: `v1a`, made with a key pair whose public key is published. `both`: both',
      }),
      'hmac',
    ),
    plainHeaders: withDefault(
      Type.Boolean({
        description:
          'Whether to send `X-Webhook-Signature` (a plain hexadecimal HMAC), `X-Webhook-Timestamp`, `X-Webhook-Id` and `X-Webhook-Event` as well',
      }),
      true,
    ),
    headerNames: Type.Optional(
      Type.Object(
        { id: HeaderName, timestamp: HeaderName, signature: HeaderName },
        {
          ...strict,
          description: 'Header names that replace `webhook-id`, `webhook-timestamp` and `webhook-signature`',
        },
      ),
    ),
  },
  strict,
);
export type Signing = Static<typeof Signing>;

/** What happens to events that match an endpoint while it is switched off. */
export const WHEN_OFF = ['skip', 'hold'] as const;
export type WhenOff = (typeof WHEN_OFF)[number];

export const RetryStatuses = Type.Array(
  Type.String(patternWith('^[345]([0-9]{2}|xx)$', 'a status such as 503, or a class such as 5xx')),
  { maxItems: 50 },
);

export const ENDPOINT_FORMATS = ['event', 'request'] as const;
export type EndpointFormat = (typeof ENDPOINT_FORMATS)[number];

/** How the payload is written in a body: as its sender wrote it, or as `JSON.stringify` writes it. */
export const ENDPOINT_BODIES = ['verbatim', 'compact'] as const;
export type EndpointBody = (typeof ENDPOINT_BODIES)[number];

export const DEFAULT_SIGNING: Signing = { algorithm: 'hmac', plainHeaders: true };
export const HTTP_METHODS = ['POST', 'PUT', 'PATCH'] as const;
export type HttpMethod = (typeof HTTP_METHODS)[number];
