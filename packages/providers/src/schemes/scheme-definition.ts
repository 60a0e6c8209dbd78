import type { RejectionCode } from '../rejection.ts';

/** Where in a header a value stands. */
export interface HeaderSelection {
  /** Lower-case. The header must occur once. */
  readonly header: string;
  /** A set of characters at which the header is a list, such as `', '`. Without it the whole header is one item. */
  readonly separators?: string;
  /** Items without it are not looked at; it is not part of the value. */
  readonly prefix?: string;
}

interface TimestampSelection extends HeaderSelection {
  /** What the provider documents or its SDKs use, either way; null where an honest retry repeats an old timestamp. */
  readonly toleranceSeconds: number | null;
}

export type SignatureEncoding = 'hex' | 'base64' | 'base64url';

/** What all schemes say of the signed message and its signature. Data, compiled once at load. */
export interface SchemeDefinition {
  /** Every item is tried with every secret: that is how senders rotate keys. */
  readonly signature: HeaderSelection;
  readonly encoding: SignatureEncoding;
  /**
   * What is signed, with `{body}`, `{timestamp}` (the text received, in whole seconds) and `{header:<name>}`.
   * Default `{body}`.
   */
  readonly message?: string;
  readonly timestamp?: TimestampSelection;
  /** Where a provider's sender is told something else than usual. */
  readonly publicMessages?: { readonly [Code in RejectionCode]?: string };
}

/** A definition that could never work, or not safely. Thrown at load. */
export class SchemeDefinitionError extends Error {
  override readonly name = 'SchemeDefinitionError';
  readonly code = 'invalid_scheme_definition';
}
