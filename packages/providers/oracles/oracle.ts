/**
 * How one provider signs, written from the provider's own text by someone who had not read our definition of it: a
 * second opinion, with plain `node:crypto`. Nothing in this folder imports from `src` or `fixtures`.
 */
export interface Oracle {
  readonly provider: string;
  /** Addresses of what it was written from. */
  readonly source: string;
  /**
   * Two secrets in the form in which the provider hands them out, or in which its owner copies them. Made up. Where
   * the provider signs with a key that it publishes, a stranger's key signs in place of the second.
   */
  readonly secrets: readonly [string, string];
  /** What a source says beside its secret. */
  readonly options?: Readonly<Record<string, string>>;
  /** What the signature covers. `part`: `covered` is a piece of the body that it does cover. */
  readonly covers: 'body' | 'part' | 'nothing';
  readonly covered?: string;
  /** The headers, lower-case, without any of which a request is not signed. None: it stands in the body or the address. */
  readonly signatureHeaders: readonly string[];
  /** A body of the form that the provider documents. */
  readonly body: string;
  /** Default `application/json`. */
  readonly contentType?: string;
  /** Default POST. */
  readonly method?: string;
  /** What the provider publishes to verify with, by address. */
  readonly published?: Readonly<Record<string, string>>;
  /** For how long a signed timestamp is good by the source's text, in seconds. Absent: nothing was found. */
  readonly toleranceSeconds?: number;
  /** Other forms that the source documents, beside that of `sign`: another version, encoding or separator. */
  readonly variants?: Readonly<Record<string, Oracle['sign']>>;
  sign(unsigned: Unsigned): Signed;
}

export interface Unsigned {
  readonly body: Buffer;
  /** As the provider calls it. */
  readonly url: string;
  readonly method: string;
  readonly nowMs: number;
  readonly secret: string;
}

/** What is sent beside `content-type`. */
export interface Signed {
  /** Several values: one header each. */
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  /** Where the signature stands in the body. */
  readonly body?: Buffer;
  /** Where the signature stands in the address. */
  readonly url?: string;
}
