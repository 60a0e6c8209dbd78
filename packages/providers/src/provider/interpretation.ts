import type { Rejection } from '../rejection.ts';
import type { HttpAnswer } from './http-answer.ts';
import type { NormalizedEvent } from './normalized-event.ts';

/**
 * The meaning of a verified request: events, or a question of the provider that is answered and never becomes an event.
 * `answer` beside events replaces the provider's usual answer.
 */
export type Interpretation =
  | { readonly ok: true; readonly events: readonly NormalizedEvent[]; readonly answer?: HttpAnswer }
  | { readonly ok: true; readonly answer: HttpAnswer; readonly reason: string }
  | Rejection;

export interface InterpretationContext {
  /** The secret that the signature matches, for the few questions whose answer is signed. */
  readonly secret?: string | undefined;
  /** See `VerificationInput.options`. */
  readonly options?: Readonly<Record<string, string>>;
}

export interface HandshakeConfig {
  /** Texts entered in the provider's form as "verify token". Each of them is accepted. */
  readonly verifyTokens: readonly string[];
  /** See `VerificationInput.options`. */
  readonly options?: Readonly<Record<string, string>>;
  /** See `VerificationInput.secrets`. For the few questions that are signed, or whose answer is signed. */
  readonly secrets?: readonly string[];
}

/** What a provider says in a handshake about a subscription that Hookline requested (WebSub). */
export interface HandshakeNotice {
  /** `denied`: the provider refuses or has ended the subscription. */
  readonly mode: 'subscribe' | 'unsubscribe' | 'denied';
  readonly topic: string;
  /** How long the subscription lasts, if the provider says so. */
  readonly leaseSeconds?: number;
  /** Why it was denied, in the provider's words. */
  readonly reason?: string;
}

/** The result of a handshake, which precedes any signature. Functions return undefined for any other request. */
export type HandshakeResult =
  | {
      readonly ok: true;
      readonly answer: HttpAnswer;
      readonly reason: string;
      readonly notice?: HandshakeNotice;
    }
  | Rejection;
