/**
 * A provider, and an app that was written for it: the app knows the provider by its own SDK alone, verifies the
 * provider's signature, and nothing of Hookline.
 */
export interface ProviderApp {
  /** As a source names it. */
  provider: string;
  /** Which SDK verifies. */
  sdk: string;
  /** What provider and app share. */
  secret: string;
  /** Of the app. */
  url: string;
  /** Ids of what the SDK took for genuine, in the order in which it came. */
  verified: readonly string[];
  /** What the SDK refused, and why. */
  refused: readonly string[];
  /** Calls an address as the provider does, signed, with all that it sends. */
  send(url: string): Promise<SentRequest>;
  close(): void;
}

export interface SentRequest {
  /** By which the app names it. */
  id: string;
  status: number;
}
