import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { ApiError } from '@hookline/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { writeErrorBody } from './error-body.ts';
import { REQUEST_ID_HEADER } from './request-id.ts';
import { routeOf } from './route-of.ts';
import type { ThrottledLog } from './throttled-log.ts';

/** A server that a service needs and that may be unavailable for a while: Postgres, NATS. */
export interface Dependency {
  name: string;
  /** Whether an error means that the server is unavailable, so that trying again helps. */
  isAway: (error: unknown) => boolean;
}

/** A server that restarts is back within seconds. */
export const RETRY_AFTER_SECONDS = 5;

const FRAMEWORK_ERRORS: Record<string, ConstructorParameters<typeof ApiError>[0]> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'payload_too_large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported_media_type',
  FST_ERR_CTP_INVALID_JSON_BODY: 'malformed_body',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'malformed_body',
  FST_ERR_MAX_PARAM_LENGTH: 'uri_too_long',
};

/** Errors of the framework about a request, with texts for a person who does not know the framework. */
const FRAMEWORK_MESSAGES: Record<string, string> = {
  FST_ERR_BAD_URL: 'The path holds a "%" that two hexadecimal digits of UTF-8 do not follow',
};

/** Any error as an error of the catalogue. An error whose text must not be shown becomes `internal`. */
export function toApiError(error: unknown, dependencies: readonly Dependency[] = []): ApiError {
  if (error instanceof ApiError) return error;
  const { code, statusCode } = error as { code?: unknown; statusCode?: unknown };
  if (typeof code === 'string') {
    const known = FRAMEWORK_ERRORS[code];
    if (known) return new ApiError(known, { cause: error });
    if (code.startsWith('FST_ERR_') && typeof statusCode === 'number' && statusCode < 500) {
      const message = FRAMEWORK_MESSAGES[code];
      return new ApiError('invalid_request', { cause: error, ...(message ? { message } : {}) });
    }
  }
  // The sender closed the connection, or was disconnected because it took too long. Nobody gets the answer.
  if (code === 'ECONNRESET' && statusCode === 400)
    return new ApiError('incomplete_request', { cause: error });
  if (error instanceof SyntaxError && statusCode === 400) {
    return new ApiError('malformed_body', { cause: error });
  }
  const away = dependencies.find(({ isAway }) => isAway(error));
  if (away) {
    return new ApiError('unavailable', {
      message: `${away.name} is unavailable at the moment; try again`,
      cause: error,
      retryAfterSeconds: RETRY_AFTER_SECONDS,
    });
  }
  return new ApiError('internal', { cause: error });
}

/** Answers with an error in the shape that all errors have. */
export type AnswerWithError = (error: unknown, request: FastifyRequest, reply: FastifyReply) => FastifyReply;

/** Logs each defect of ours with its stack, and an unavailable server at most once in an interval. */
export function createAnswerWithError(
  dependencies: readonly Dependency[],
  log: ThrottledLog,
): AnswerWithError {
  return (error, request, reply) => {
    const apiError = toApiError(error, dependencies);
    if (apiError.statusCode >= 500) {
      const where = {
        code: apiError.code,
        requestId: request.id,
        method: request.method,
        route: routeOf(request),
      };
      if (apiError.code === 'internal')
        request.log.error({ ...where, err: apiError.cause }, 'request failed');
      else {
        const fields = { ...where, reason: apiError.message, cause: messageOf(apiError.cause) };
        log.warn(`${apiError.code} ${apiError.message}`, fields, 'requests cannot be served');
      }
    }
    if (apiError.retryAfterSeconds !== undefined) reply.header('retry-after', apiError.retryAfterSeconds);
    const { id, headers, raw } = request;
    const body = writeErrorBody(apiError, { id, accept: headers.accept, url: raw.url ?? '' });
    addVary(reply, 'accept');
    return (
      reply
        // Also where the framework runs no hooks: an address that cannot be decoded.
        .header(REQUEST_ID_HEADER, id)
        .code(apiError.statusCode)
        .type(body.contentType)
        .send(body.text)
    );
  };
}

/** Adds names to the header Vary, which several parts of a service set. */
export function addVary(reply: FastifyReply, names: string): void {
  const before = reply.getHeader('vary');
  reply.header('vary', before === undefined ? names : `${before}, ${names}`);
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : undefined);

/** Answers bytes that Node could not read as a request: the framework does not get them. */
export function answerClientError(
  error: { code?: string },
  socket: Pick<Socket, 'destroyed' | 'writable' | 'write' | 'destroy'>,
  requestId: string,
): void {
  // The connection was reset: nobody gets the answer.
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  const apiError =
    error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
      ? new ApiError('incomplete_request')
      : error.code === 'HPE_HEADER_OVERFLOW'
        ? new ApiError('headers_too_large')
        : new ApiError('invalid_request', { message: 'This is not an HTTP request' });
  const { contentType, text } = writeErrorBody(apiError, { id: requestId, accept: undefined, url: '' });
  if (socket.writable) {
    socket.write(
      `HTTP/1.1 ${apiError.statusCode} ${STATUS_CODES[apiError.statusCode]}\r\nContent-Length: ${Buffer.byteLength(text)}\r\nContent-Type: ${contentType}\r\nX-Request-Id: ${requestId}\r\nConnection: close\r\n\r\n${text}`,
    );
  }
  // At once, as Node and the framework do it: a sender that goes on sending is not waited for.
  socket.destroy();
}
