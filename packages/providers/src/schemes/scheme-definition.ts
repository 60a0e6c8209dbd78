import type { Place } from './place.ts';

/** Which part of the text at a place is meant. */
interface SelectionRules {
  /**
   * A set of characters at which the text is a list, such as `', '`. Without it the whole text is one item. A comma at
   * the end of an item is no part of it: some senders join their lists with both.
   */
  readonly separators?: string;
  /** Items without it are not looked at; it is not part of the value. May name an option: `{option:publicKey}|`. */
  readonly prefix?: string;
  /** Of a list without names only the first item, or all but that. */
  readonly items?: 'first' | 'rest';
}

export type Selection = Place & SelectionRules;

export type SignatureSelection = Selection & {
  /** Other headers that hold signatures as well while keys are rotated. One of them all must be there. */
  readonly moreHeaders?: readonly string[];
  /** The header itself occurs several times while keys are rotated, with a signature in each. */
  readonly mayRepeat?: true;
};

export type TimestampSelection = Selection & {
  /**
   * What the text counts since 1970: seconds (default), milliseconds, or either, told apart by their size. `iso`: ISO
   * 8601, in UTC where it names no zone. `http-date`: as in the header `Date`. `nonce`: no time at all, only a part of
   * the message.
   */
  readonly unit?: 's' | 'ms' | 'auto' | 'iso' | 'http-date' | 'nonce';
  /**
   * What the timestamp dates: each attempt, the first attempt (retries repeat it), or the event. `unknown`: no
   * source says so.
   */
  readonly dates: 'attempt' | 'first-attempt' | 'event' | 'unknown';
  /** What the provider documents or its SDKs use, either way; null where an honest retry repeats an old timestamp. */
  readonly toleranceSeconds: number | null;
  /** Whether there may be several, each with signatures of its own, as some send them while they rotate keys. */
  readonly several?: boolean;
};

/** `base64url`: padded or not. `hex-in-base64`: the hexadecimal digits, as a text, in base64. */
export type SignatureEncoding = 'hex' | 'base64' | 'base64url' | 'hex-in-base64';

/** What all schemes say of the signed message and its signature. Data, compiled once at load. */
export interface SchemeDefinition {
  /** Every item is tried with every secret: that is how senders rotate keys. */
  readonly signature: SignatureSelection;
  /** Of several each may be used. */
  readonly encoding: SignatureEncoding | readonly [SignatureEncoding, ...SignatureEncoding[]];
  /**
   * What is signed, with the placeholders of `message-template.ts`. Default `{body}`. Of several, any may be what was
   * signed; one for which the request lacks a value is not.
   */
  readonly message?: string | readonly [string, ...string[]];
  readonly timestamp?: TimestampSelection;
  /** Said of a scheme whose message does not cover the body, or only parts of it; without it that is an error. */
  readonly bodyNotCovered?: boolean;
  /** Messages that a handshake has us sign for anyone who asks. They verify nothing. */
  readonly refusedMessage?: RegExp;
}

/** A definition that could never work, or not safely. Thrown at load. */
export class SchemeDefinitionError extends Error {
  override readonly name = 'SchemeDefinitionError';
  readonly code = 'invalid_scheme_definition';
}
