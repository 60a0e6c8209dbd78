import type { Place } from './place.ts';

/** The relevant part of the text at a place. */
interface SelectionRules {
  /**
   * The characters that separate the items of a list, such as `', '`. Without separators the whole text is one item. A
   * comma at the end of an item is removed: some senders separate items with a comma and another separator.
   */
  readonly separators?: string;
  /**
   * Items without the prefix are ignored. It is not part of the value. It may name an option: `{option:publicKey}|`.
   */
  readonly prefix?: string;
  /** For a list without names: only the first item, or all other items. */
  readonly items?: 'first' | 'rest';
}

export type Selection = Place & SelectionRules;

export type SignatureSelection = Selection & {
  /** Other headers with signatures during a key rotation. At least one of all headers must be present. */
  readonly moreHeaders?: readonly string[];
  /** During a key rotation the header occurs several times, with one signature each. */
  readonly mayRepeat?: true;
};

export type TimestampSelection = Selection & {
  /**
   * The unit of the text, counted since 1970: seconds (default), milliseconds, or `auto`: either, distinguished by
   * size. `iso`: ISO 8601, in UTC if it has no zone. `http-date`: as in the header `Date`. `nonce`: not a time, only a
   * part of the message.
   */
  readonly unit?: 's' | 'ms' | 'auto' | 'iso' | 'http-date' | 'nonce';
  /**
   * The meaning of the timestamp: the time of each attempt, of the first attempt (retries repeat it), or of the event.
   * `unknown`: not documented.
   */
  readonly dates: 'attempt' | 'first-attempt' | 'event' | 'unknown';
  /**
   * The tolerance of the provider's documentation or SDKs, in either direction; null if an honest retry repeats an old
   * timestamp.
   */
  readonly toleranceSeconds: number | null;
  /** Whether there may be several timestamps, each with its own signatures, as during a key rotation. */
  readonly several?: boolean;
};

/** `base64url`: padded or not. `hex-in-base64`: the hexadecimal digits, as a text, in base64. */
export type SignatureEncoding = 'hex' | 'base64' | 'base64url' | 'hex-in-base64';

/** The common part of all schemes: the signed message and its signature. Data, compiled once at load. */
export interface SchemeDefinition {
  /** Every item is tried with every secret, because senders rotate keys. */
  readonly signature: SignatureSelection;
  /** Each of several encodings is accepted. */
  readonly encoding: SignatureEncoding | readonly [SignatureEncoding, ...SignatureEncoding[]];
  /**
   * The signed message, with the placeholders of `message-template.ts`. Default `{body}`. Each of several messages is
   * accepted. A message whose values are missing in the request is skipped.
   */
  readonly message?: string | readonly [string, ...string[]];
  readonly timestamp?: TimestampSelection;
  /** Set if the message does not cover the body, or only parts of it. Without it such a message is an error. */
  readonly bodyNotCovered?: boolean;
  /** Messages that a handshake signs for any sender. They never verify an event. */
  readonly refusedMessage?: RegExp;
}

/** A definition that is invalid or unsafe. Thrown at load. */
export class SchemeDefinitionError extends Error {
  override readonly name = 'SchemeDefinitionError';
  readonly code = 'invalid_scheme_definition';
}
