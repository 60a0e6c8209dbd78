/**
 * A second implementation of how a provider signs, with plain `node:crypto`. Its author used the provider's own text
 * and had not read our definition. Nothing in this folder imports from `src` or `fixtures`.
 */
export interface Oracle {
  readonly provider: string;
  /** Addresses of the provider's texts. */
  readonly source: string;
  /**
   * Two made-up secrets in the form in which the provider shows them, or in which a person copies them. If the provider
   * signs with a published key, a stranger's key signs in place of the second secret.
   */
  readonly secrets: readonly [string, string];
  /** The options of the source. */
  readonly options?: Readonly<Record<string, string>>;
  /** The part of the body that the signature covers. `part`: `covered` is a covered piece of the body. */
  readonly covers: 'body' | 'part' | 'nothing';
  readonly covered?: string;
  /** Lower-case names of the required signature headers. None: the signature is in the body or the address. */
  readonly signatureHeaders: readonly string[];
  /** A body in the documented form. */
  readonly body: string;
  /** Default `application/json`. */
  readonly contentType?: string;
  /** Default POST. */
  readonly method?: string;
  /** The published keys or certificates, by address. */
  readonly published?: Readonly<Record<string, string>>;
  /** The documented validity of a signed timestamp, in seconds. Absent: not documented. */
  readonly toleranceSeconds?: number;
  /** Other documented forms than `sign`: another version, encoding or separator. */
  readonly variants?: Readonly<Record<string, Oracle['sign']>>;
  sign(unsigned: Unsigned): Signed;
}

export interface Unsigned {
  readonly body: Buffer;
  /** The called address. */
  readonly url: string;
  readonly method: string;
  readonly nowMs: number;
  readonly secret: string;
}

/** The signed request, without `content-type`. */
export interface Signed {
  /** Several values: one header each. */
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  /** Present if the signature is in the body. */
  readonly body?: Buffer;
  /** Present if the signature is in the address. */
  readonly url?: string;
}
