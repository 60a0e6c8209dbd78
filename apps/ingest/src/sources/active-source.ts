import type { Provider } from '@hookline/providers';

/** A source as the inbound path needs it: in memory, with its secrets opened. */
export interface ActiveSource {
  readonly id: string;
  readonly tenant: string;
  readonly provider: Provider;
  readonly token: string;
  /** Newest first. Empty when they could not be opened: requests are then an error, never accepted. */
  readonly secrets: readonly string[];
  readonly verifyTokens: readonly string[];
  /** Undefined: the provider's own; null: signed timestamps are not checked. */
  readonly toleranceSeconds: number | null | undefined;
  /** Changes with the row it was read from. */
  readonly version: string;
}
