import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { TSchema } from 'typebox';
import { Compile, type Validator } from 'typebox/compile';
import { Answer } from './answer.ts';
import { type CallLog, hashToken, redactQuery } from './call-log.ts';
import type { EmulatorClock } from './clock.ts';
import type { EmulatedAnswer, Emulator } from './emulator.ts';
import type { Fault, Faults } from './faults.ts';
import { allParameters, bearerToken, clientCredentials } from './parameters.ts';

const MAX_BODY_BYTES = 1_048_576;
const DEFAULT_SLOW_MS = 5_000;

/** What is known of a request while it is answered. */
interface RequestFacts {
  fault?: Fault;
}

export interface ServerParts {
  readonly emulators: readonly Emulator[];
  readonly clock: EmulatorClock;
  readonly log: CallLog;
  readonly faults: Faults;
}

/** The HTTP server of all emulators: bodies, faults, the log, and the emulated `Date`. */
export function createServer({ emulators, clock, log, faults }: ServerParts): FastifyInstance {
  const app = fastify({
    bodyLimit: MAX_BODY_BYTES,
    forceCloseConnections: true,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 300 },
  });
  app.setValidatorCompiler(({ schema }) => validatorOf(schema as TSchema));
  const byHost = new Map(emulators.flatMap((emulator) => emulator.hosts.map((host) => [host, emulator])));
  const factsOf = new WeakMap<FastifyRequest, RequestFacts>();
  const stopped = new AbortController();
  app.addHook('onClose', async () => stopped.abort());

  acceptBodies(app);
  app.setErrorHandler(sendError);
  app.setNotFoundHandler((_request, reply) => reply.code(404).send({ message: 'Not Found' }));

  app.addHook('preHandler', async (request, reply) => {
    const emulator = byHost.get(hostAndPath(request).host);
    if (emulator === undefined) return;
    const fault = faults.take(subjectOf(request, emulator, clock.nowMs()));
    if (fault === undefined) return;
    factsOf.set(request, { fault });
    if (fault.kind === 'hang') {
      reply.hijack();
      record(request, 0);
      return;
    }
    const answer = answerOf(fault, emulator);
    if (answer !== undefined) return sendAnswer(reply, answer);
  });

  app.addHook('onSend', async (request, reply, payload) => {
    reply.header('date', new Date(clock.nowMs()).toUTCString());
    const fault = factsOf.get(request)?.fault;
    // Before the answer is sent, so that the log is complete when the caller has it.
    record(request, fault?.kind === 'answer-lost' ? 0 : reply.statusCode);
    if (fault?.kind === 'answer-lost') {
      request.raw.socket.destroy();
      return payload;
    }
    if (fault?.kind !== 'slow-body' || typeof payload !== 'string') return payload;
    reply.removeHeader('content-length');
    return Readable.from(slowly(payload, fault.delayMs ?? DEFAULT_SLOW_MS, stopped.signal));
  });

  for (const emulator of emulators) emulator.mount(app);
  return app;

  function record(request: FastifyRequest, status: number): void {
    const { host, path } = hostAndPath(request);
    const emulator = byHost.get(host);
    if (emulator === undefined) return;
    const { grantType, clientId, account } = subjectOf(request, emulator, clock.nowMs());
    const fault = factsOf.get(request)?.fault?.kind;
    const refreshToken = allParameters(request)['refresh_token'];
    log.addCall({
      atMs: clock.nowMs(),
      provider: emulator.provider,
      host,
      method: request.method,
      path,
      query: redactQuery(request.url.split('?')[1] ?? ''),
      status,
      ...(fault !== undefined && { fault }),
      ...(account !== undefined && { account }),
      ...(clientId !== undefined && { clientId }),
      ...(grantType !== undefined && { grantType }),
      ...(refreshToken !== undefined && { refreshTokenHash: hashToken(refreshToken) }),
    });
  }
}

/**
 * Each schema is compiled by its first request: there are more than a hundred, and most tests call the operations without
 * HTTP.
 */
function validatorOf(schema: TSchema): (body: unknown) => { value: unknown } | { error: Error } {
  let validator: Validator | undefined;
  return (value) => {
    validator ??= Compile(schema);
    if (validator.Check(value)) return { value };
    const [problem] = validator.Errors(value);
    return { error: new Error(`body${problem?.instancePath} ${problem?.message}`) };
  };
}

/** `/api.github.com/user?x` is the path `/user` of the host `api.github.com`. */
function hostAndPath(request: FastifyRequest): { host: string; path: string } {
  const path = request.url.split('?')[0] ?? '';
  const slash = path.indexOf('/', 1);
  return slash < 0
    ? { host: path.slice(1), path: '/' }
    : { host: path.slice(1, slash), path: path.slice(slash) };
}

function subjectOf(request: FastifyRequest, emulator: Emulator, nowMs: number) {
  const { host, path } = hostAndPath(request);
  const parameters = allParameters(request);
  const isTokenCall = parameters['grant_type'] !== undefined || parameters['code'] !== undefined;
  return {
    provider: emulator.provider,
    method: request.method,
    hostAndPath: `${host}${path}`,
    grantType: parameters['grant_type'] ?? (isTokenCall ? 'authorization_code' : undefined),
    clientId: clientCredentials(request, parameters).clientId,
    account: emulator.accountOf(bearerToken(request) ?? parameters['refresh_token']),
    nowMs,
  };
}

/** The answer that a fault gives instead of the handler. */
function answerOf(fault: Fault, emulator: Emulator): EmulatedAnswer | undefined {
  switch (fault.kind) {
    case 'status':
      return { status: fault.status ?? 500, body: fault.body ?? '', headers: fault.headers ?? {} };
    case 'not-json':
      return {
        status: fault.status ?? 200,
        body: '<html><body>We will be back soon.</body></html>',
        headers: { 'content-type': 'text/html' },
      };
    case 'rate-limited': {
      const answer = emulator.rateLimited(fault.retryAfterSeconds ?? 30);
      return { ...answer, headers: { ...answer.headers, ...fault.headers } };
    }
    case 'invalid-grant':
      return emulator.invalidGrant();
    case 'invalid-client':
      return emulator.invalidClient();
    default:
      return undefined;
  }
}

function sendAnswer(reply: FastifyReply, { status, body, headers }: EmulatedAnswer): FastifyReply {
  if (headers !== undefined) reply.headers(headers);
  reply.code(status);
  if (typeof body === 'string') return reply.send(body);
  if (!reply.hasHeader('content-type')) reply.header('content-type', 'application/json; charset=utf-8');
  return reply.send(JSON.stringify(body));
}

function sendError(error: unknown, _request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (error instanceof Answer) return sendAnswer(reply, error);
  const { statusCode, message } = error as { statusCode?: number; message?: string };
  const status = error instanceof RangeError ? 422 : (statusCode ?? 500);
  return reply.code(status).send({ error: status >= 500 ? 'internal_failure' : 'bad_request', message });
}

/** JSON by fastify; forms as objects with texts or lists of texts; everything else as text. */
function acceptBodies(app: FastifyInstance): void {
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    (_request, body, done) => {
      const fields: Record<string, string | string[]> = {};
      const parameters = new URLSearchParams(String(body));
      for (const name of new Set(parameters.keys())) {
        const values = parameters.getAll(name);
        Object.defineProperty(fields, name, {
          value: values.length === 1 ? values[0] : values,
          enumerable: true,
        });
      }
      done(null, fields);
    },
  );
  app.removeContentTypeParser('application/json');
  // Clients send an empty body as JSON, for example with DELETE.
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => {
    if (body === '') return done(null, undefined);
    try {
      done(null, JSON.parse(String(body)));
    } catch {
      done(new Answer(400, { message: 'Problems parsing JSON' }));
    }
  });
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
}

async function* slowly(text: string, delayMs: number, signal: AbortSignal): AsyncGenerator<string> {
  const middle = Math.floor(text.length / 2);
  yield text.slice(0, middle);
  try {
    await sleep(delayMs, undefined, { signal });
  } catch {
    return;
  }
  yield text.slice(middle);
}
