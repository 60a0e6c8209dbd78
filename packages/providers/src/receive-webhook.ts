import { checkComplete } from './events/check-complete.ts';
import { readCloudEvents } from './events/cloud-events.ts';
import { type DedupeRule, type RepeatKey, repeatKeysOf } from './events/repeat-keys.ts';
import type { HttpAnswer } from './provider/http-answer.ts';
import type { HandshakeConfig, HandshakeNotice, Interpretation } from './provider/interpretation.ts';
import type { NormalizedEvent } from './provider/normalized-event.ts';
import type { Provider } from './provider/provider.ts';
import { methodsOf } from './provider/request-methods.ts';
import { optionOf } from './provider/source-options.ts';
import type { VerificationInput } from './provider/verification.ts';
import { type Rejection, reject } from './rejection.ts';
import type { InboundRequest } from './request/inbound-request.ts';
import { viewsOf } from './request/request-views.ts';
import { verifyWebhook } from './verify-webhook.ts';

export interface ReceiveInput extends VerificationInput, Partial<Pick<HandshakeConfig, 'verifyTokens'>> {
  /** The source's rule for repeats. Undefined: the provider's identity decides. */
  readonly dedupe?: DedupeRule | undefined;
  /** The default window within which an equal event is a repeat, in ms. Default 60,000. */
  readonly repeatWindowMs?: number | undefined;
}

/** The checks of a request, in their order. */
export const WEBHOOK_CHECKS = ['handshake', 'method', 'signature', 'encoding', 'headers', 'body'] as const;
export type WebhookCheck = (typeof WEBHOOK_CHECKS)[number];

const REPEAT_WINDOW_MS = 60_000;

/**
 * - `events`: verified. Store them all, then answer with `answer`.
 * - `answered`: a handshake, or a batch without an event. Answer, store nothing.
 * - `rejected`: answer with the rejection's status, `publicCode` and `publicMessage`; store `code` and `message`.
 * `check` is
 *   the check that failed; all earlier checks passed.
 */
export type Reception =
  | {
      readonly kind: 'events';
      readonly events: readonly NormalizedEvent[];
      /** The repeat key of each event. */
      readonly repeatKeys: readonly (RepeatKey | undefined)[];
      readonly secretIndex: number;
      readonly answer: HttpAnswer;
    }
  | {
      readonly kind: 'answered';
      readonly answer: HttpAnswer;
      readonly reason: string;
      readonly notice?: HandshakeNotice;
    }
  | {
      readonly kind: 'rejected';
      readonly rejection: Rejection;
      readonly check: WebhookCheck;
      /** The index of the secret that signed, if the signature is valid. */
      readonly secretIndex?: number;
    };

/**
 * Checks and reads a request before it is stored, in the only safe order: an unsigned handshake, the signature over the
 * signed bytes, then headers, and last the body. Never rejects, whatever the request.
 */
export async function receiveWebhook(provider: Provider, input: ReceiveInput): Promise<Reception> {
  const { request, verifyTokens = [], options = {}, secrets } = input;
  const views = viewsOf(request);
  const { content } = views;
  const handshake = provider.handshake?.(content, { verifyTokens, options, secrets });
  if (handshake !== undefined) {
    if (!handshake.ok) return { kind: 'rejected', rejection: handshake, check: 'handshake' };
    const { answer, reason, notice } = handshake;
    return { kind: 'answered', answer, reason, ...(notice && { notice }) };
  }
  const methods: readonly string[] = methodsOf(provider, options);
  if (!methods.includes(request.method)) {
    return { kind: 'rejected', rejection: refuseMethod(request.method, methods), check: 'method' };
  }
  const verifying = verifyWebhook(provider, input, views);
  const verification = verifying instanceof Promise ? await verifying : verifying;
  if (!verification.ok) return { kind: 'rejected', rejection: verification, check: 'signature' };
  const { secretIndex } = verification;
  if (request.encodingProblem !== undefined) {
    const rejection = reject('malformed_body', request.encodingProblem);
    return { kind: 'rejected', rejection, check: 'encoding', secretIndex };
  }
  const invalid = provider.validate?.(content, { checkUserAgent: mustCheckUserAgent(input) });
  if (invalid !== undefined) return { kind: 'rejected', rejection: invalid, check: 'headers', secretIndex };
  const cloudEvents = readCloudEvents(provider, content);
  const interpretation: Interpretation =
    cloudEvents === undefined
      ? provider.interpret(content, { secret: secrets[secretIndex], options })
      : { ok: true, events: cloudEvents };
  const incomplete =
    interpretation.ok && 'events' in interpretation && checkComplete(provider, interpretation);
  if (incomplete) return { kind: 'rejected', rejection: incomplete, check: 'body', secretIndex };
  if (!interpretation.ok) {
    const rejection = blameEncoding(request, interpretation);
    return { kind: 'rejected', rejection, check: 'body', secretIndex };
  }
  if (!('events' in interpretation)) {
    return { kind: 'answered', answer: interpretation.answer, reason: interpretation.reason };
  }
  const { status, headers, body } = interpretation.answer ?? provider.answer;
  const answer = { status, headers, body };
  const { events } = interpretation;
  if (events.length === 0) return { kind: 'answered', answer, reason: 'no_events' };
  const { dedupe, repeatWindowMs = REPEAT_WINDOW_MS } = input;
  const repeatKeys = repeatKeysOf(events, provider.identity, dedupe, repeatWindowMs);
  return { kind: 'events', events, repeatKeys, secretIndex, answer };
}

/** A body that cannot be read is probably encoded as the header says, in a way that nobody knows. */
function blameEncoding({ strangeEncoding }: InboundRequest, rejection: Rejection): Rejection {
  if (strangeEncoding === undefined || rejection.code !== 'malformed_body') return rejection;
  const name = strangeEncoding.slice(0, MAX_SHOWN_ENCODING);
  return reject(
    'unsupported_media_type',
    `The header Content-Encoding says "${name}", which is no known encoding, and the body cannot be read as it is: ${rejection.message}`,
  );
}

const MAX_SHOWN_ENCODING = 50;

/**
 * A signature proves more than a header that any proxy may change. Without a secret, the header is better than nothing.
 */
function mustCheckUserAgent(input: ReceiveInput): boolean {
  const chosen = optionOf(input, 'checkUserAgent');
  return chosen === undefined ? input.secrets.every((secret) => secret === '') : chosen === 'true';
}

function refuseMethod(method: string, methods: readonly string[]): Rejection {
  const wanted = methods.join(' or ');
  return {
    ...reject('method_not_allowed', `The method must be ${wanted}, not ${method}.`, {
      allow: methods.join(', '),
    }),
    publicMessage: `Send webhooks to this address with ${wanted}, not ${method}`,
  };
}
