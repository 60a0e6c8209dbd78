import type {
  HandshakeConfig,
  HttpAnswer,
  NormalizedEvent,
  Provider,
  VerificationInput,
} from './provider.ts';
import { type Rejection, reject } from './rejection.ts';

export interface ReceiveInput extends VerificationInput, Partial<Pick<HandshakeConfig, 'verifyTokens'>> {
  /** Whether a provider's User-Agent must be the one it always sends. Default true. */
  readonly checkUserAgent?: boolean;
}

/**
 * - `events`: verified. Store them all, then answer with `answer`.
 * - `answered`: a handshake, or a batch without an event. Answer, store nothing.
 * - `rejected`: answer with the rejection's status, `publicCode` and `publicMessage`; keep `code` and `message`.
 */
export type Reception =
  | {
      readonly kind: 'events';
      readonly events: readonly NormalizedEvent[];
      readonly secretIndex: number;
      readonly answer: HttpAnswer;
    }
  | { readonly kind: 'answered'; readonly answer: HttpAnswer; readonly reason: string }
  | { readonly kind: 'rejected'; readonly rejection: Rejection };

/**
 * All that happens to a request before it is stored, in the one safe order: an unsigned handshake, the signature over
 * the raw bytes, then headers, and only then the body. Never rejects, whatever the request.
 */
export async function receiveWebhook(provider: Provider, input: ReceiveInput): Promise<Reception> {
  const { request, verifyTokens = [], options = {}, checkUserAgent = true } = input;
  const handshake = provider.handshake?.(request, { verifyTokens, options, secrets: input.secrets });
  if (handshake !== undefined) {
    if (!handshake.ok) return { kind: 'rejected', rejection: handshake };
    return { kind: 'answered', answer: handshake.answer, reason: handshake.reason };
  }
  if (request.method !== 'POST') {
    return {
      kind: 'rejected',
      rejection: reject('method_not_allowed', `${provider.name} sends POST, not ${request.method}.`),
    };
  }
  const verification = await provider.verify(input);
  if (!verification.ok) return { kind: 'rejected', rejection: verification };
  const invalid = provider.validate?.(request, { checkUserAgent });
  if (invalid !== undefined) return { kind: 'rejected', rejection: invalid };
  const interpretation = provider.interpret(request, {
    secret: input.secrets[verification.secretIndex],
    options,
  });
  if (!interpretation.ok) return { kind: 'rejected', rejection: interpretation };
  if (!('events' in interpretation)) {
    return { kind: 'answered', answer: interpretation.answer, reason: interpretation.reason };
  }
  const { status, headers, body } = interpretation.answer ?? provider.answer;
  const answer = { status, headers, body };
  const { events } = interpretation;
  if (events.length === 0) return { kind: 'answered', answer, reason: 'no_events' };
  return { kind: 'events', events, secretIndex: verification.secretIndex, answer };
}
