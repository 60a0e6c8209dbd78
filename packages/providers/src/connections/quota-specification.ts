/**
 * A limit of a provider on requests. Requests that the provider counts together form a quota group, whatever connection
 * makes them.
 */
export interface QuotaSpecification {
  /** Unique within the provider. */
  readonly id: string;
  /**
   * The scope within which requests are counted together. `account`: one account of the provider, over all
   * applications. `application`: an application, or several of one tenant if their setting `quotaGroup` is the same.
   * `egress`: everything from this installation's address.
   */
  readonly countedBy: 'account' | 'application' | 'application-and-account' | 'egress';
  /** Units per window; undefined if the provider does not say, and the first 429 shows it. */
  readonly capacity?: number;
  /** Another capacity, by the value of a setting of the OAuth application. */
  readonly capacityBy?: { readonly setting: string; readonly values: Readonly<Record<string, number>> };
  /** `dayIn`: from midnight to midnight in a time zone, 23 to 25 hours. */
  readonly window: { readonly seconds: number } | { readonly dayIn: string };
  /** Only requests to an address whose path ends so are counted. Absent: all. */
  readonly paths?: readonly string[];
  /** Units of a request by the end of its path. Others cost one unit. */
  readonly costs?: Readonly<Record<string, number>>;
  /** `refusals`: only answers 401, 403 and 429 are counted. Default: every request. */
  readonly counts?: 'requests' | 'refusals';
  /** An answer 304 costs nothing. */
  readonly notModifiedIsFree?: boolean;
  /** Headers of an answer with the provider's own count; the reset in seconds since 1970. */
  readonly headers?: { readonly limit: string; readonly remaining: string; readonly reset: string };
}
