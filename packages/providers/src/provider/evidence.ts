/**
 * The kinds of sources for a provider's rules, the most reliable first. `standard`: a public standard, for senders that
 * are not one provider. `secondary`: third-party documentation or code. `hearsay`: unconfirmed; test it before use.
 */
export const EVIDENCE_KINDS = [
  'published-vector',
  'official-sdk',
  'official-docs',
  'standard',
  'secondary',
  'hearsay',
] as const;

/** A source for a provider's rules. */
export interface Evidence {
  /** `published-vector`: signatures that the provider published; our tests reproduce them. */
  readonly kind: (typeof EVIDENCE_KINDS)[number];
  /** The address of the page, the file or the package. */
  readonly source: string;
  /** The day on which the source was read, such as `2026-11-30`. */
  readonly checkedOn: string;
}
