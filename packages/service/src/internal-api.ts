import { createHash, timingSafeEqual } from 'node:crypto';
import {
  type AnswerOf,
  ApiError,
  INTERNAL_HEADERS,
  type InputOf,
  type Operation,
  type Principal,
} from '@hookline/contracts';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { TSchema } from 'typebox';
import { createTextCheck } from './check-text.ts';
import { describeUnknownName, invalidFields, type Problem } from './find-problems.ts';

const digest = (text: string) => createHash('sha256').update(text).digest();

/** Compares two secrets in a time that depends on neither their contents nor their lengths. */
export function equalSecrets(a: string, b: string): boolean {
  return timingSafeEqual(digest(a), digest(b));
}

/** The headers in which the gateway passes the principal to another service. */
export function internalHeaders(token: string, principal: Principal): Record<string, string> {
  return {
    [INTERNAL_HEADERS.token]: token,
    [INTERNAL_HEADERS.role]: principal.role,
    [INTERNAL_HEADERS.keyId]: principal.keyId,
    // A tenant's name may have any printable character, a header may not.
    ...(principal.role === 'tenant'
      ? { [INTERNAL_HEADERS.tenant]: encodeURIComponent(principal.tenant) }
      : {}),
  };
}

/** @throws ApiError `unauthenticated` for a request that is not the gateway's */
export function requireInternalToken(
  headers: Readonly<Record<string, unknown>>,
  internalToken: string,
): void {
  const token = headers[INTERNAL_HEADERS.token];
  if (typeof token !== 'string' || !equalSecrets(token, internalToken))
    throw new ApiError('unauthenticated', { message: 'Call this through the gateway' });
}

/**
 * Reads the principal from the gateway's headers.
 * @throws ApiError `unauthenticated` without the internal token
 */
export function readPrincipal(request: FastifyRequest, internalToken: string): Principal {
  const { headers } = request;
  requireInternalToken(headers, internalToken);
  const keyId = String(headers[INTERNAL_HEADERS.keyId] ?? 'unknown');
  const role = headers[INTERNAL_HEADERS.role];
  const tenant = headers[INTERNAL_HEADERS.tenant];
  if (role === 'operator') return { role, keyId };
  if (role === 'tenant' && typeof tenant === 'string' && tenant !== '') {
    return { role, tenant: decodeURIComponent(tenant), keyId };
  }
  throw new ApiError('unauthenticated');
}

/** The caller of a request to an operation, also of one that was refused. Undefined if it is not known. */
export function principalOf(request: FastifyRequest): Principal | undefined {
  return (request as { principal?: Principal }).principal;
}

/** Notes the caller of a request. An authentication that refuses a caller whom it knows does it as well. */
export function notePrincipal(request: FastifyRequest, principal: Principal): void {
  (request as { principal?: Principal }).principal = principal;
}

/** The operation that a request calls. Undefined for a route that is no operation. */
export function operationOf(request: FastifyRequest): Operation | undefined {
  return (request.routeOptions.config as { operation?: Operation }).operation;
}

export interface OperationContext<O extends Operation> {
  principal: Principal;
  params: InputOf<O, 'params'>;
  query: InputOf<O, 'query'>;
  body: InputOf<O, 'body'>;
  request: FastifyRequest;
  reply: FastifyReply;
}

/**
 * Finds the caller of a request. The gateway's also checks that the caller may call the operation, by its scope or for a
 * portal session by its id; a service that is called by the gateway relies on that.
 * @throws ApiError of the status 401, 403, 429 or 503
 */
export type Authenticate = (
  request: FastifyRequest,
  operation: Pick<Operation, 'id' | 'scope'>,
) => Principal | Promise<Principal>;

/** What a handler returns: the answer as an object or as its JSON text, or the reply when the handler has sent it. */
export type OperationResult<O extends Operation> = AnswerOf<O> | string | Uint8Array | FastifyReply;

export type OperationHandler<O extends Operation> = (
  context: OperationContext<O>,
) => Promise<OperationResult<O>> | OperationResult<O>;

/** The names of a schema's properties, and of the properties of the schemas that it combines. */
function namesIn(schema: TSchema | undefined): string[] {
  const { properties, anyOf, allOf } = (schema ?? {}) as {
    properties?: Record<string, TSchema>;
    anyOf?: TSchema[];
    allOf?: TSchema[];
  };
  return [...Object.keys(properties ?? {}), ...[...(anyOf ?? []), ...(allOf ?? [])].flatMap(namesIn)];
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Creates the check of a call's query. It refuses unknown parameters, because a misspelt filter would select everything.
 * It also moves `userId` to where the call's schemas have it: an operator may name the tenant in the query or in the body.
 * @returns the check; it throws ApiError `invalid_request`
 */
function createQueryCheck(operation: Operation): (request: FastifyRequest) => void {
  const [inQuery, inBody] = [operation.query, operation.body].map((part) => namesIn(part).includes('userId'));

  function placeUserId(request: FastifyRequest): void {
    const query = request.query as Record<string, unknown>;
    const body = isObject(request.body) ? request.body : undefined;
    const [ofQuery, ofBody] = [query['userId'], body?.['userId']];
    if (ofQuery !== undefined && ofBody !== undefined && ofQuery !== ofBody) {
      throw invalidFields({ path: 'body/userId', message: 'must be the same as userId in the query' });
    }
    if (inQuery && ofQuery === undefined && ofBody !== undefined) query['userId'] = ofBody;
    if (!inQuery) delete query['userId'];
    if (!inBody && operation.body && ofBody !== undefined) {
      const { userId: _, ...rest } = body as Record<string, unknown>;
      request.body = rest;
    }
    // The validation refuses a body that is not an object.
    if (inBody && ofBody === undefined && ofQuery !== undefined && (body || request.body == null)) {
      request.body = { ...body, userId: ofQuery };
    }
  }

  const known = namesIn(operation.query);
  return (request) => {
    const [first, ...others] = Object.keys(request.query as object)
      .filter((name) => !known.includes(name) && !(name === 'userId' && inBody))
      .map((name) => describeUnknown(operation, name, known, request));
    if (first) throw invalidFields(first, ...others);
    if (inQuery || inBody) placeUserId(request);
  };
}

function describeUnknown(
  operation: Operation,
  name: string,
  known: readonly string[],
  request: FastifyRequest,
): Problem & { location?: string } {
  const { elsewhere } = operation;
  if (!elsewhere?.params.includes(name)) return describeUnknownName('querystring', name, known);
  const query = request.url.slice(request.url.indexOf('?'));
  const location = `${elsewhere.path}${query}`;
  const message = `is unknown: ${elsewhere.what} are at ${operation.method} ${location}`;
  return { ...describeUnknownName('querystring', name, known), message, location };
}

/**
 * Mounts one operation: authenticates (which includes the scope), checks the role, validates, calls the handler and answers with the operation's
 * status. Text and bytes from the handler are sent unchanged: they are JSON already. A handler that sends its own
 * answer, with another status or as a stream, returns the reply.
 */
export function mountOperation<O extends Operation>(
  app: FastifyInstance,
  operation: O,
  authenticate: Authenticate,
  handle: OperationHandler<NoInfer<O>>,
): void {
  const checkQuery = createQueryCheck(operation);
  const checkParamsText = createTextCheck('params', operation.params);
  const checkQueryText = createTextCheck('querystring', operation.query);
  const checkBodyText = createTextCheck('body', operation.body);
  app.route({
    method: operation.method,
    url: operation.path,
    config: { operation },
    schema: {
      ...(operation.params ? { params: operation.params } : {}),
      ...(operation.query ? { querystring: operation.query } : {}),
      ...(operation.body ? { body: operation.body } : {}),
    },
    // Before validation, so that an unauthenticated caller learns nothing about the parameters.
    onRequest: async (request) => {
      const principal = await authenticate(request, operation);
      notePrincipal(request, principal);
      if (operation.role === 'operator' && principal.role !== 'operator') {
        throw new ApiError('forbidden', {
          message:
            "This call is for operators, and this key is a tenant's: use an operator key, which has no userId",
        });
      }
    },
    preValidation: (request, _reply, done) => {
      checkParamsText(request.params);
      checkQueryText(request.query);
      checkBodyText(request.body);
      checkQuery(request);
      done();
    },
    handler: async (request, reply) => {
      const result = await handle({
        principal: principalOf(request) as Principal,
        params: request.params as InputOf<O, 'params'>,
        query: request.query as InputOf<O, 'query'>,
        body: request.body as InputOf<O, 'body'>,
        request,
        reply,
      });
      if (result === reply || reply.sent) return reply;
      reply.code(operation.success.status);
      if (typeof result === 'string' || result instanceof Uint8Array)
        reply.type('application/json; charset=utf-8');
      return reply.send(result);
    },
  });
}
