/**
 * A provider, and an app that was written for the provider. The app verifies the provider's signature with the
 * provider's SDK and knows nothing of Hookline.
 */
export interface ProviderApp {
  /** The provider's id, as a source has it. */
  provider: string;
  /** The name of the SDK that verifies the requests. */
  sdk: string;
  /** The secret that the provider and the app share. */
  secret: string;
  /** The URL of the app. */
  url: string;
  /** The ids of the requests that the SDK verified, in order of arrival. */
  verified: readonly string[];
  /** For each request that the SDK refused, the reason. */
  refused: readonly string[];
  /** Sends a signed request to an address, complete as the provider sends it. */
  send(url: string): Promise<SentRequest>;
  close(): void;
}

export interface SentRequest {
  /** The id that the app reports for the request. */
  id: string;
  status: number;
}
