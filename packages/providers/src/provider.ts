import type { InboundRequest } from './inbound-request.ts';
import type { Rejection } from './rejection.ts';

export interface VerificationInput {
  readonly request: InboundRequest;
  /** Newest first. All are tried; an empty one counts as none. */
  readonly secrets: readonly string[];
  /**
   * How far the signed timestamp may be from `receivedAtMs`, either way. Undefined: as the provider documents;
   * null: any timestamp. Without effect where the provider signs no timestamp (GitHub, Meta).
   */
  readonly toleranceSeconds?: number | null | undefined;
}

/** `secretIndex` says which of the secrets signed, so that one can see when an old one is no longer in use. */
export type Verification = { readonly ok: true; readonly secretIndex: number } | Rejection;

/** How requests are signed: what the functions of `schemes/` make of a definition. */
export interface VerificationScheme {
  /** Never throws, whatever the request. Takes as long for a wrong signature as for a right one. */
  verify(input: VerificationInput): Verification;
  /** What is wrong with a secret that someone wants to store, for that person; undefined if it can be used. */
  checkSecret(secret: string): string | undefined;
}

/** A provider's event, before it is one of Hookline's. No text in it contains control characters. */
export interface NormalizedEvent {
  /** `<provider>.<type…>`, dot-separated tokens of `[A-Za-z0-9_-]`, at most 200 characters. */
  readonly type: string;
  /** URI reference: who it comes from, such as `/github/acme/api`. */
  readonly source: string;
  /** What it is about: repository, channel, customer. */
  readonly subject?: string;
  /** When it happened, in ms since 1970, where the provider says so. */
  readonly timeMs?: number;
  /** The provider's id of this event, the same when it is sent again. */
  readonly deliveryId?: string;
  readonly action?: string;
  /** `owner/name`. */
  readonly repository?: string;
  /** What tells this event from others where there is no delivery id; see `dedupeKeyOf`. */
  readonly dedupeFields: readonly string[];
  /**
   * JSON in UTF-8. The very bytes received (the request's own buffer) where the body is JSON; cut from them for
   * each item of a batch; made once from a form.
   */
  readonly payload: Buffer;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What a verified request is: events, or a question of the provider that is answered and never becomes an event. */
export type Interpretation =
  | { readonly ok: true; readonly events: readonly NormalizedEvent[] }
  | { readonly ok: true; readonly answer: HttpAnswer; readonly reason: string }
  | Rejection;

export interface HandshakeConfig {
  /** What was typed into the provider's form as "verify token". Any of them is right. */
  readonly verifyTokens: readonly string[];
}

/** A handshake is asked before there is a signature. Undefined: this request is not one. */
export type HandshakeResult =
  | { readonly ok: true; readonly answer: HttpAnswer; readonly reason: string }
  | Rejection;

/** What the rules of a provider rest on. */
export type Evidence = 'official-sdk' | 'official-docs' | 'published-vector' | 'third-party';

/** All that Hookline knows of a provider. One small file each, registered in `registry.ts`. */
export interface Provider extends VerificationScheme {
  /** In paths, event types and configuration. */
  readonly id: string;
  /** Other names that paths and configuration may use. */
  readonly aliases?: readonly string[];
  /** For people. */
  readonly name: string;
  readonly evidence: readonly Evidence[];
  /** Answers what the provider asks without a signature; it must not store or reveal anything. */
  handshake?(request: InboundRequest, config: HandshakeConfig): HandshakeResult | undefined;
  /** Headers that the provider always sends besides the signature. Asked after verification. */
  validate?(request: InboundRequest, options: { readonly checkUserAgent: boolean }): Rejection | undefined;
  /** Reads a verified request. Never throws, whatever the body. */
  interpret(request: InboundRequest): Interpretation;
  /** What a stored event is answered with, and how long the provider waits for it. */
  readonly answer: HttpAnswer & { readonly deadlineMs: number };
  /** Environment variables that configure a secret for everyone, the usual one first. */
  readonly environment: { readonly secrets: readonly string[]; readonly verifyTokens?: readonly string[] };
  /** Types to choose from when subscribing; with an action they get one part more. New ones still pass. */
  readonly eventTypes: readonly string[];
}

const EMPTY_OK: HttpAnswer = { status: 200, headers: {}, body: '' };

/** The answer most providers want: an empty 200 within the deadline. */
export function emptyOkWithin(deadlineMs: number): Provider['answer'] {
  return { ...EMPTY_OK, deadlineMs };
}

/**
 * Text that a stranger chose, given back to it. As plain text that no browser takes for a page.
 * Callers limit its length.
 */
export function echoAnswer(body: string): HttpAnswer {
  return {
    status: 200,
    headers: { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' },
    body,
  };
}
