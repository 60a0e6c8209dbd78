import type { ConnectionSpecifications } from '../connections/connection-specifications.ts';
import type { PresetDefinition } from '../presets/preset-definition.ts';
import type { Rejection } from '../rejection.ts';
import type { InboundRequest } from '../request/inbound-request.ts';
import type { ProviderIdentity } from './event-identity.ts';
import type { RequestMethod } from './request-methods.ts';

export interface VerificationInput {
  readonly request: InboundRequest;
  /** Newest first. All are tried; an empty one counts as none. */
  readonly secrets: readonly string[];
  /**
   * How far the signed timestamp may be from `receivedAtMs`, either way. Undefined: as the provider documents;
   * null: any timestamp. Without effect where the provider signs no timestamp (GitHub, Meta).
   */
  readonly toleranceSeconds?: number | null | undefined;
  /** What a source says of itself beside its secrets, by the names in `Provider.options`. */
  readonly options?: Readonly<Record<string, string>>;
  /** Gets what a provider publishes. Without it a provider that needs it rejects with `keys_unavailable`. */
  readonly fetchPublished?: FetchPublished | undefined;
  /**
   * Whether the source names the addresses it takes requests from, and this one came from one of them. Set by whoever
   * checks addresses, never from the source's options. Only `allow-list` looks at it.
   */
  readonly addressAllowed?: boolean;
}

/**
 * Gets a document that a provider publishes to verify with (a JWKS, a certificate), from a cache where it is known.
 * It comes from a fixed address of the provider, or from one that the request names and that the provider's code has
 * checked against a list of hosts.
 * @throws when it can't be had
 */
export type FetchPublished = (
  url: string,
  /** `fresh`: not from the cache, because it lacks the key in question. Bounded: it may come from the cache all the same. */
  options?: { readonly fresh?: boolean },
) => Promise<Buffer>;

/**
 * `secretIndex` says which of the secrets signed, so that one can see when an old one is no longer in use. -1: none of
 * them, but a key that the provider publishes.
 */
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
  /** The provider's id of this event, which no other event from the same source has. */
  readonly deliveryId?: string;
  readonly action?: string;
  /** `owner/name`. */
  readonly repository?: string;
  /** Set where it is a message about the subscription itself. */
  readonly control?: ControlMessage;
  /** What tells this event from others beside its bytes, where there is no delivery id; see `repeatKeysOf`. */
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

/**
 * What a verified request is: events, or a question of the provider that is answered and never becomes an event.
 * Events may want another `answer` than the provider's usual one.
 */
export type Interpretation =
  | { readonly ok: true; readonly events: readonly NormalizedEvent[]; readonly answer?: HttpAnswer }
  | { readonly ok: true; readonly answer: HttpAnswer; readonly reason: string }
  | Rejection;

/** Statuses after which a provider does more than to send the request again or to drop it. */
export interface HarmfulStatuses {
  /** What the provider does after each, in a sentence: `410: 'deletes the subscription'`. */
  readonly effects: Readonly<Record<number, string>>;
  /** What a refusal is answered with in their place. */
  readonly instead: number;
}

export interface HandshakeConfig {
  /** What was typed into the provider's form as "verify token". Any of them is right. */
  readonly verifyTokens: readonly string[];
  /** See `VerificationInput.options`. */
  readonly options?: Readonly<Record<string, string>>;
  /** See `VerificationInput.secrets`. For the few questions that are signed, or must be answered with a signature. */
  readonly secrets?: readonly string[];
}

/** A handshake is asked before there is a signature. Undefined: this request is not one. */
export type HandshakeResult =
  | { readonly ok: true; readonly answer: HttpAnswer; readonly reason: string }
  | Rejection;

export interface InterpretationContext {
  /** The one that signed, for the few questions that must be answered with a signature. */
  readonly secret?: string | undefined;
  /** See `VerificationInput.options`. */
  readonly options?: Readonly<Record<string, string>>;
}

/**
 * What kind of source the rules of a provider rest on, the surest first. `standard`: a public standard, for senders that
 * are not one provider. `secondary`: what others wrote about the provider. `hearsay`: try it before you rely on it.
 */
export const EVIDENCE_KINDS = [
  'published-vector',
  'official-sdk',
  'official-docs',
  'standard',
  'secondary',
  'hearsay',
] as const;

/** Where the rules of a provider were read. */
export interface Evidence {
  /** `published-vector`: signatures that the provider published, which our tests reproduce. */
  readonly kind: (typeof EVIDENCE_KINDS)[number];
  /** The address of the page, the file or the package. */
  readonly source: string;
  /** The day on which it was read, as `2026-11-30`. */
  readonly checkedOn: string;
}

/** What became of the subscription itself. `test`: a message that someone asked for to see whether it arrives. */
export const CONTROL_KINDS = ['revoked', 'disabled', 'verified', 'test'] as const;

/** A message about the subscription, and no news from the account. */
export interface ControlMessage {
  readonly kind: (typeof CONTROL_KINDS)[number];
  /** As the provider says. */
  readonly reason?: string;
}

/** Extension attributes of a sender's CloudEvents that say more than the standard's own. */
export interface CloudEventMembers {
  /** Whose event it is. */
  readonly source?: string;
  readonly subject?: string;
}

/** A value that a source of this provider needs, or may have, beside its secret. */
export interface SourceOption {
  /** For the person who fills it in: what it is and where to find it. */
  readonly description: string;
  readonly required: boolean;
  /** It is a URL that Hookline calls: whoever stores it checks that it may be called. */
  readonly isUrl?: true;
  /** What is wrong with a value that someone wants to store, for that person; undefined if it can be used. */
  check?(value: string): string | undefined;
}

/** All that Hookline knows of a provider. One small file each, registered in `registry.ts`. */
export interface Provider extends Omit<VerificationScheme, 'verify'>, ConnectionSpecifications {
  /** Never rejects or throws, whatever the request. A promise where keys may have to be fetched. */
  verify(input: VerificationInput): Verification | Promise<Verification>;
  /** In paths, event types and configuration. */
  readonly id: string;
  /** Other names that paths and configuration may use. */
  readonly aliases?: readonly string[];
  /** For people. */
  readonly name: string;
  readonly evidence: readonly Evidence[];
  /** What tells its events apart, and whether it sends them again. */
  readonly identity: ProviderIdentity;
  /** How to connect it: numbered steps for the person at the provider's settings, one line each. */
  readonly setup: readonly string[];
  /** Where the provider describes its webhooks. */
  readonly documentation?: string;
  /**
   * Whether a source needs a secret. Default `required`; `none`: all that verification needs are its options;
   * `optional`: an option may take its place.
   */
  readonly secret?: 'required' | 'optional' | 'none';
  /** By name; see `VerificationInput.options`. */
  readonly options?: Readonly<Record<string, SourceOption>>;
  /** The signature does not cover the body, or not all of it: what the person should know of it. */
  readonly caution?: string;
  /** Headers, lower-case, in which it says that it sends something again: which try it is, and why. */
  readonly retryHeaders?: { readonly number: string; readonly reason: string };
  /** By which it sends webhooks. Default POST. A source may choose others where `options` has `methods`. */
  readonly methods?: readonly RequestMethod[];
  /** Answers what the provider asks without a signature; it must not store or reveal anything. */
  handshake?(request: InboundRequest, config: HandshakeConfig): HandshakeResult | undefined;
  /**
   * Headers that the provider always sends besides the signature. Asked after verification. `checkUserAgent`: whether
   * the User-Agent must be the provider's too.
   */
  validate?(request: InboundRequest, options: { readonly checkUserAgent: boolean }): Rejection | undefined;
  /** Reads a verified request. Never throws, whatever the body. */
  interpret(request: InboundRequest, context?: InterpretationContext): Interpretation;
  /** What a stored event is answered with, and how long the provider waits for it. */
  readonly answer: HttpAnswer & { readonly deadlineMs: number };
  /**
   * Members that the provider always sends, such as `type`, for the person whose request has none at all: a signed `{}`
   * is refused, because the event that would become of it says nothing. A body that lacks only some of them is kept.
   */
  readonly alwaysSends?: readonly [string, ...string[]];
  /** Statuses that do harm at the provider, so that refusals use another. */
  readonly harmfulStatuses?: HarmfulStatuses;
  /** Environment variables that configure a secret for everyone, the usual one first. */
  readonly environment: { readonly secrets: readonly string[]; readonly verifyTokens?: readonly string[] };
  /** Where it sends CloudEvents in batched mode with attributes of its own. */
  readonly cloudEvents?: CloudEventMembers;
  /** Types to choose from when subscribing; with an action they get one part more. New ones still pass. */
  readonly eventTypes: readonly string[];
  /** Its names of events have no dot, and a type that goes on after the name ends in the action: `issues.opened`. */
  readonly actionInType?: true;
  /** The data that this was made from, where no code was needed. */
  readonly preset?: PresetDefinition;
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
