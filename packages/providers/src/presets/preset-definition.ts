import type { Evidence, SourceOption } from '../provider.ts';
import type { AddressScheme } from '../schemes/addresses.ts';
import type { HmacScheme } from '../schemes/hmac.ts';
import type { Place } from '../schemes/place.ts';
import type { TokenScheme } from '../schemes/token.ts';

/** A provider that needs no code: what `definePreset` makes one of. */
export interface PresetDefinition {
  readonly id: string;
  readonly aliases?: readonly string[];
  readonly name: string;
  readonly evidence: readonly [Evidence, ...Evidence[]];
  readonly setup: readonly string[];
  readonly documentation?: string;
  readonly caution?: string;
  readonly options?: Readonly<Record<string, SourceOption>>;
  readonly scheme: HmacScheme | TokenScheme | AddressScheme;
  readonly handshakes?: readonly PresetHandshake[];
  /** The field of a form body that holds the event as JSON. Without it the form's fields become JSON. */
  readonly formPayload?: string;
  /** Where the parts of the type stand, the first of which must be there. Default: the type is unknown. */
  readonly type?: readonly TypePart[];
  /** Only an id that no other event shares: a second event with it counts as a repeat. */
  readonly deliveryId?: Place;
  /** Where the parts of the event's source stand, such as a shop or a repository. */
  readonly source?: readonly Place[];
  readonly subject?: Place;
  readonly answer?: {
    /** Default 200. */
    readonly status?: number;
    /** JSON. Default none. */
    readonly body?: string;
  };
  /** How long the provider waits for the answer. Default 10 s. */
  readonly answerWithinMs?: number;
}

/** A place, or the name of the first member of the body that is none of these. */
export type TypePart = Place | { readonly firstMemberExcept: readonly string[] };

/** A question that is answered and never becomes an event. */
export interface PresetHandshake {
  readonly method: 'GET' | 'HEAD' | 'POST';
  /** The request is this question only if that is there, and says so. */
  readonly when?: Place & { readonly equals?: string };
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
