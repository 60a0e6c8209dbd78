import type { AnswerOf, InputOf, Operation } from '@hookline/contracts';
import { internalHeaders } from '@hookline/service';

/** Another service refused an internal call. */
export class InternalCallError extends Error {
  override readonly name = 'InternalCallError';
  readonly code = 'internal_call_failed';
  readonly status: number;

  constructor(operation: string, status: number, message: string) {
    super(`${operation} answered ${status}: ${message}`);
    this.status = status;
  }
}

/** The internal operations of one other service. */
export interface InternalApi {
  /**
   * Calls an operation as an operator.
   * @throws InternalCallError for an answer that is no success; the error of fetch if the service does not answer
   */
  call<O extends Operation>(
    operation: O,
    input: { params?: InputOf<NoInfer<O>, 'params'>; body?: InputOf<NoInfer<O>, 'body'> },
    signal?: AbortSignal,
  ): Promise<AnswerOf<O>>;
}

const TIMEOUT_MS = 10_000;
const MAX_MESSAGE = 500;

/** @param origin of the service, without a slash at the end */
export function createInternalApi(origin: string, internalToken: string): InternalApi {
  return {
    async call(operation, { params, body }, signal) {
      const deadline = AbortSignal.timeout(TIMEOUT_MS);
      const path = operation.path.replaceAll(/:([A-Za-z]+)/g, (_, name: string) =>
        encodeURIComponent(String((params as Record<string, unknown> | undefined)?.[name])),
      );
      const response = await fetch(`${origin}${path}`, {
        method: operation.method,
        headers: {
          ...internalHeaders(internalToken, { role: 'operator', keyId: 'scheduler' }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        body: body === undefined ? null : JSON.stringify(body),
        signal: signal === undefined ? deadline : AbortSignal.any([signal, deadline]),
        redirect: 'error',
      });
      const text = await response.text();
      if (response.status !== operation.success.status) {
        throw new InternalCallError(operation.id, response.status, text.slice(0, MAX_MESSAGE));
      }
      return JSON.parse(text);
    },
  };
}
