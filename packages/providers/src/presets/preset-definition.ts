import type { EventIdentity } from '../provider/event-identity.ts';
import type { EventPlace, EventTime, SourcePart } from '../provider/event-place.ts';
import type { Evidence } from '../provider/evidence.ts';
import type { HarmfulStatuses } from '../provider/http-answer.ts';
import type { CloudEventMembers, ControlMessage } from '../provider/normalized-event.ts';
import type { RequestMethod } from '../provider/request-methods.ts';
import type { SourceOption } from '../provider/source-options.ts';
import type { AddressScheme } from '../schemes/addresses.ts';
import type { Ed25519Scheme } from '../schemes/ed25519.ts';
import type { HmacScheme } from '../schemes/hmac.ts';
import type { Place } from '../schemes/place.ts';
import type { PublicKeyScheme } from '../schemes/public-key.ts';
import type { TokenScheme } from '../schemes/token.ts';

/** The definition of a provider that needs no code, for `definePreset`. */
export interface PresetDefinition extends ProviderFacts {
  readonly scheme: HmacScheme | PublicKeyScheme | Ed25519Scheme | TokenScheme | AddressScheme;
}

/** The facts of any provider, however it signs, for `defineProvider`. */
export interface ProviderFacts {
  readonly id: string;
  readonly aliases?: readonly string[];
  readonly name: string;
  /** The sources of its rules, the most reliable first. */
  readonly evidence: readonly Evidence[];
  readonly setup: readonly string[];
  readonly documentation?: string;
  readonly caution?: string;
  readonly options?: Readonly<Record<string, SourceOption>>;
  readonly handshakes?: readonly PresetHandshake[];
  /** HTTP methods of its webhooks. Default POST. */
  readonly methods?: readonly RequestMethod[];
  /** A body may be any text, or empty: then the payload is a JSON string. With a JSON content type it must be JSON. */
  readonly mayBeText?: true;
  /** The field of a form body that contains the event as JSON. Without it the form's fields become JSON. */
  readonly formPayload?: string;
  /**
   * A request contains several events, in the array at this JSON pointer; empty: the body itself is the array. Each
   * item becomes an event with its own bytes, and the pointers below start at the item. An empty array is answered and
   * stores no event. One segment may be `*`: a list of groups, each with such an array.
   */
  readonly batch?: string;
  /** The body itself may also be the list. */
  readonly batchMayBeBody?: true;
  /** An object without the list is one event. If `batch` is the body itself, this always holds. */
  readonly batchOptional?: true;
  /** The places of the parts of the type. The first part must be present. Default: the type is unknown. */
  readonly type?: readonly TypePart[];
  /** How its events are told apart. There is no default: each provider needs its own decision. */
  readonly identity: EventIdentity;
  /** The places of the parts of the event's source, such as a shop or a repository. */
  readonly source?: readonly SourcePart[];
  /** The place of the event's subject. Of several places, the first with a value counts. */
  readonly subject?: EventPlace | readonly EventPlace[];
  /** The place of the event's time. Of several places, the first with a time counts. */
  readonly time?: EventTime | readonly EventTime[];
  /**
   * Types to choose from in a subscription: the documented names, as they occur at `type`, separated by white space.
   */
  readonly eventTypes?: string;
  /** See `Provider.alwaysSends`. Default: the members of the parts of the type. */
  readonly alwaysSends?: readonly [string, ...string[]];
  /** See `Provider.cloudEvents`. */
  readonly cloudEvents?: CloudEventMembers;
  /** Messages about the subscription itself; the first matching rule counts. */
  readonly control?: readonly PresetControl[];
  readonly answer?: {
    /** Default 200. */
    readonly status?: number;
    /**
     * Default none. `{json:/pointer}` and `{header:name}` stand for a value of the request, at most 512 characters. In
     * a JSON answer the value is escaped, so the placeholder belongs between quotation marks.
     */
    readonly body?: string;
    /** The content type of the body. Default `application/json; charset=utf-8`. */
    readonly contentType?: string;
  };
  /** Statuses with a harmful effect at the provider. Refusals use another status. */
  readonly harmfulStatuses?: HarmfulStatuses;
  /** See `Provider.retryHeaders`. */
  readonly retryHeaders?: { readonly number: string; readonly reason: string };
  /** How long the provider waits for the answer. Default 10 s. */
  readonly answerWithinMs?: number;
}

export type TypePart =
  /**
   * `named`: words for values that are codes, such as `{ '3': 'finished' }`; unlisted values stay unchanged.
   * `otherwise`: the word for a missing value.
   */
  | (SourcePart & { readonly named?: Readonly<Record<string, string>>; readonly otherwise?: string })
  /**
   * The name of the first member of the body that is not in this list. A value at the place `unless` takes precedence.
   * `named` as above.
   */
  | {
      readonly firstMemberExcept: readonly string[];
      readonly unless?: EventPlace;
      readonly named?: Readonly<Record<string, string>>;
    }
  /** The words of a path without its query. A segment with a digit or a tilde is an id or a version, not a word. */
  | { readonly wordsOf: EventPlace }
  /** A fixed text: there is only one kind of event, and the event does not name it. */
  | { readonly text: string };

/** A message about the subscription itself, which becomes an event of its own type. */
export interface PresetControl {
  /** The request is this message only if this place has a value, equal to one of `equals` if given. */
  readonly when: EventPlace & { readonly equals?: string | readonly string[] };
  readonly kind: ControlMessage['kind'];
  /** The type below the provider. Default `subscription.<kind>`. */
  readonly type?: string;
  /** The place of the provider's reason. */
  readonly reason?: EventPlace;
  /** The value at the place of the id is the same in all such messages, so it is not used as id. */
  readonly sharesId?: true;
}

/** A handshake of the provider: it is answered and never becomes an event. */
export interface PresetHandshake {
  readonly method: 'GET' | 'HEAD' | 'POST';
  /** The request is this handshake only if this place has a value, equal to `equals` if given. */
  readonly when?: Place & { readonly equals?: string };
  /** The handshake has no body; an event with the same header has a body. */
  readonly emptyBody?: true;
  /** The place of the value on which the answer depends. A request without it is not this handshake. */
  readonly token?: Place;
  /**
   * The answer signs the token with the source's secret for any sender. So the token must have this form, and a message
   * of this form never verifies an event.
   */
  readonly signs?: RegExp;
  /** `signature`: the request must be signed like an event. Otherwise the place that must contain the verify token. */
  readonly requires?: 'signature' | { readonly verifyToken: Place };
  /**
   * The answer: an empty 200 (default), a text, members of a JSON object, or a header. Placeholders: `{token}`, `{hex}`
   * and `{base64}` (the signature of the token) and `{option:<name>}`.
   */
  readonly reply?:
    | { readonly text: string }
    | { readonly json: Readonly<Record<string, string>> }
    | { readonly header: string; readonly value: string };
}
