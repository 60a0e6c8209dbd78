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

/** A provider that needs no code: what `definePreset` makes one of. */
export interface PresetDefinition extends ProviderFacts {
  readonly scheme: HmacScheme | PublicKeyScheme | Ed25519Scheme | TokenScheme | AddressScheme;
}

/** What data can say of any provider, however it signs: what `defineProvider` makes one of. */
export interface ProviderFacts {
  readonly id: string;
  readonly aliases?: readonly string[];
  readonly name: string;
  /** What its rules rest on, the surest first. */
  readonly evidence: readonly Evidence[];
  readonly setup: readonly string[];
  readonly documentation?: string;
  readonly caution?: string;
  readonly options?: Readonly<Record<string, SourceOption>>;
  readonly handshakes?: readonly PresetHandshake[];
  /** By which it sends webhooks. Default POST. */
  readonly methods?: readonly RequestMethod[];
  /** A body may be any text, or empty: the payload is a JSON string then. Where it says to be JSON it must be that. */
  readonly mayBeText?: true;
  /** The field of a form body that holds the event as JSON. Without it the form's fields become JSON. */
  readonly formPayload?: string;
  /**
   * A request holds several events, in the array at this JSON pointer; empty: the body itself is the array. Each item
   * becomes an event with its own bytes, and the pointers below are into the item. An empty array is answered and
   * makes no event. One segment may be `*`: a list of groups, in each of which stands such an array.
   */
  readonly batch?: string;
  /** The body itself may be the list as well. */
  readonly batchMayBeBody?: true;
  /** A request whose body is an object without that list is one event. So it is in any case where the body is the list. */
  readonly batchOptional?: true;
  /** Where the parts of the type stand, the first of which must be there. Default: the type is unknown. */
  readonly type?: readonly TypePart[];
  /** What tells its events apart. There is no default: each provider's is a decision of its own. */
  readonly identity: EventIdentity;
  /** Where the parts of the event's source stand, such as a shop or a repository. */
  readonly source?: readonly SourcePart[];
  /** What it is about. Of several places the first that is there. */
  readonly subject?: EventPlace | readonly EventPlace[];
  /** When it happened. Of several places the first that holds a time. */
  readonly time?: EventTime | readonly EventTime[];
  /**
   * Types to choose from when subscribing: the names that the provider documents, as they are found at `type`, with
   * white space between them.
   */
  readonly eventTypes?: string;
  /** See `Provider.alwaysSends`. Default: the members in which the parts of the type stand. */
  readonly alwaysSends?: readonly [string, ...string[]];
  /** See `Provider.cloudEvents`. */
  readonly cloudEvents?: CloudEventMembers;
  /** Messages about the subscription itself; the first that fits says what it is. */
  readonly control?: readonly PresetControl[];
  readonly answer?: {
    /** Default 200. */
    readonly status?: number;
    /**
     * Default none. `{json:/pointer}` and `{header:name}` stand for a value of the request, at most 512 characters; in
     * an answer of JSON it is escaped, so that it belongs between quotation marks.
     */
    readonly body?: string;
    /** Of the body. Default `application/json; charset=utf-8`. */
    readonly contentType?: string;
  };
  /** Statuses that do harm at the provider, so that refusals use another. */
  readonly harmfulStatuses?: HarmfulStatuses;
  /** See `Provider.retryHeaders`. */
  readonly retryHeaders?: { readonly number: string; readonly reason: string };
  /** How long the provider waits for the answer. Default 10 s. */
  readonly answerWithinMs?: number;
}

export type TypePart =
  /**
   * `named`: words for values that are only codes, such as `{ '3': 'finished' }`; others stay as they are. `otherwise`:
   * the word where nothing is there.
   */
  | (SourcePart & { readonly named?: Readonly<Record<string, string>>; readonly otherwise?: string })
  /**
   * The name of the first member of the body that is none of these, `unless` there is something at that place, which is
   * the type then. `named` as above.
   */
  | {
      readonly firstMemberExcept: readonly string[];
      readonly unless?: EventPlace;
      readonly named?: Readonly<Record<string, string>>;
    }
  /** The words of a path without its query. What has a digit or a tilde in it is an id or a version, and no word. */
  | { readonly wordsOf: EventPlace }
  /** Always the same: there is only one kind of event, and nothing in it says which. */
  | { readonly text: string };

/** A message about the subscription itself, which becomes an event of its own type. */
export interface PresetControl {
  /** It is this message only if that is there, and says one of these. */
  readonly when: EventPlace & { readonly equals?: string | readonly string[] };
  readonly kind: ControlMessage['kind'];
  /** Below the provider. Default `subscription.<kind>`. */
  readonly type?: string;
  /** Where the provider says why. */
  readonly reason?: EventPlace;
  /** What stands at the place of the id is the same in all such messages, and so is no id. */
  readonly sharesId?: true;
}

/** A question that is answered and never becomes an event. */
export interface PresetHandshake {
  readonly method: 'GET' | 'HEAD' | 'POST';
  /** The request is this question only if that is there, and says so. */
  readonly when?: Place & { readonly equals?: string };
  /** The question has no body, where an event with the same header has one. */
  readonly emptyBody?: true;
  /** What the answer depends on. A request without it is not this question. */
  readonly token?: Place;
  /**
   * Signs the token with the source's secret for anyone who asks. So the token must have this form, which no message
   * of an event may have: a message of this form verifies nothing.
   */
  readonly signs?: RegExp;
  /** `signature`: the request must be signed like an event. Or the verify token must stand at that place. */
  readonly requires?: 'signature' | { readonly verifyToken: Place };
  /**
   * What is answered: an empty 200 (default), a text, members of a JSON object, or a header. With `{token}`, `{hex}`
   * and `{base64}` (its signature) and `{option:<name>}`.
   */
  readonly reply?:
    | { readonly text: string }
    | { readonly json: Readonly<Record<string, string>> }
    | { readonly header: string; readonly value: string };
}
