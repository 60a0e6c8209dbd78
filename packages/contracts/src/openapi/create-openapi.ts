import { API_OPERATIONS, followFeed } from '../api/index.ts';
import { API_ERRORS, ApiErrorBody, PROBLEM_DETAILS_TYPE, ProblemDetails } from '../errors.ts';
import { type FurtherScope, isWrite, type Operation } from '../operation.ts';

/** The version of the API, not of the build. */
export const API_VERSION = '1.0.0';

type Json = Record<string, unknown>;

/**
 * Creates the OpenAPI 3.1 document of all operations. Its schemas are JSON Schema 2020-12, and so are typebox's, which are
 * used unchanged. @fastify/swagger is not used, because it reads routes, and the operations are described elsewhere.
 */
export function createOpenApi(operations: readonly Operation[] = [...API_OPERATIONS, followFeed]): Json {
  const paths: Record<string, Json> = {};
  for (const operation of operations) {
    const path = operation.path.replaceAll(/:(\w+)/g, '{$1}');
    paths[path] ??= {};
    paths[path][operation.method.toLowerCase()] = describeOperation(operation);
  }
  const tags = [...new Set(operations.map(({ tag }) => tag))];
  return {
    openapi: '3.1.0',
    info: {
      title: 'Hookline',
      version: API_VERSION,
      description:
        'A success is `{"data": …}`; lists also have `page`. An error is `{"error", "code", "requestId"}`, or problem details (RFC 9457) for a caller that accepts `application/problem+json`; `code` is stable. A tenant acts for itself. An operator names a tenant with `userId`, in the query or in the body. Providers send their webhooks to `/in/*`, `/webhook` and `/api/webhooks/{provider}/{userId}`. The live feed is also a WebSocket at `/ws/webhooks`, `/ws` and, for operators, `/ws/monitoring`.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    security: [{ bearer: [] }, { session: [] }],
    tags: tags.map((name) => ({ name })),
    paths,
    components: {
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: 'An API key (`hl_…`) or a JWT' },
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: '__Host-hl',
          description:
            'The session of a browser, for pages of the same origin. Writes need the header `X-Hookline-CSRF`',
        },
      },
      schemas: { Error: describeErrors(ApiErrorBody), ProblemDetails: describeErrors(ProblemDetails) },
      responses: {
        Error: {
          description: 'An error; `code` identifies it',
          headers: {
            'X-Request-Id': {
              description: 'Id of the request in the logs: the one that the caller sent, or a new one',
              schema: { type: 'string' },
            },
            'Retry-After': {
              description: 'Seconds after which to try again: with 429, 503 and some 409',
              schema: { type: 'integer' },
            },
          },
          content: {
            ...json({ $ref: '#/components/schemas/Error' }),
            [PROBLEM_DETAILS_TYPE]: { schema: { $ref: '#/components/schemas/ProblemDetails' } },
          },
        },
      },
    },
  };
}

function describeOperation(operation: Operation): Json {
  const { success } = operation;
  return {
    operationId: operation.id,
    tags: [operation.tag],
    summary: operation.summary,
    description: [
      operation.description,
      operation.scope === null ? undefined : `Scope: \`${operation.scope}\`.`,
      operation.furtherScope && describeFurtherScope(operation.furtherScope),
      operation.role === 'operator' ? 'Operators only.' : undefined,
    ]
      .filter((text) => text !== undefined)
      .join('\n\n'),
    // For schemes that are not OAuth, the list holds the roles that the caller needs.
    security: ['bearer', 'session'].map((scheme) => ({
      [scheme]: operation.scope === null ? [] : [operation.scope],
    })),
    parameters: [
      ...describeParameters('path', operation.params),
      ...describeParameters('query', operation.query),
      ...(isWrite(operation) ? [describeIdempotencyKey(operation.id)] : []),
    ],
    ...(operation.body
      ? { requestBody: { required: !acceptsNothing(operation.body), content: json(plain(operation.body)) } }
      : {}),
    responses: {
      [success.status]: {
        description: 'Success',
        // Bytes have no schema.
        content: success.schema ? json(plain(success.schema)) : { [success.mediaType ?? '*/*']: {} },
      },
      default: { $ref: '#/components/responses/Error' },
    },
  };
}

const describeFurtherScope = ({ field, value, scope }: FurtherScope) =>
  `With \`${field}\` \`${value}\` also \`${scope}\`.`;

/** Whether the body is optional. */
const acceptsNothing = (schema: object) =>
  !('minProperties' in schema) && ((schema as { required?: string[] }).required ?? []).length === 0;

/** What the header Idempotency-Key does, by the id of the operation. */
const IDEMPOTENCY_KEY: Readonly<Record<string, string>> = {
  publishEvent: 'A repeat with the same key is answered with the first event and is not stored again',
  publishEvents: 'Gives each event without an `idempotencyKey` a key: this one with the place of the event',
};

const describeIdempotencyKey = (id: string): Json => ({
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  schema: { type: 'string', minLength: 1, maxLength: 255 },
  description:
    IDEMPOTENCY_KEY[id] ??
    'Names the request. A repeat with the same key within 24 hours is not done again: it is answered as the first one was, with `Idempotent-Replayed: true`',
});

function describeParameters(place: 'path' | 'query', schema: unknown): Json[] {
  if (schema === undefined) return [];
  const { properties = {}, required = [] } = plain(schema) as {
    properties?: Record<string, Json>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, property]) => {
    const { description, ...rest } = property;
    const isRequired = place === 'path' || (required.includes(name) && !('default' in property));
    return {
      name,
      in: place,
      required: isRequired,
      schema: rest,
      ...(description === undefined ? {} : { description }),
    };
  });
}

function describeErrors(body: object): Json {
  const schema = plain(body) as { properties: { code: Json } };
  schema.properties.code['examples'] = Object.keys(API_ERRORS);
  return schema;
}

const json = (schema: unknown): Json => ({ 'application/json': { schema } });

/** A copy as plain JSON, without typebox's own properties. */
function plain(schema: unknown): Json {
  return JSON.parse(JSON.stringify(schema, (key, value) => (key.startsWith('~') ? undefined : value)));
}
