/** A provider's event before it becomes a Hookline event. Its texts contain no control characters. */
export interface NormalizedEvent {
  /** `<provider>.<type…>`, dot-separated tokens of `[A-Za-z0-9_-]`, at most 200 characters. */
  readonly type: string;
  /** URI reference of the event's origin, such as `/github/acme/api`. */
  readonly source: string;
  /** The thing that the event is about: a repository, a channel, a customer. */
  readonly subject?: string;
  /** When the event happened, in ms since 1970, if the provider says so. */
  readonly timeMs?: number;
  /** The provider's id of this event, unique among the events of the same source. */
  readonly deliveryId?: string;
  readonly action?: string;
  /** `owner/name`. */
  readonly repository?: string;
  /** Set if the event is a message about the subscription itself. */
  readonly control?: ControlMessage;
  /**
   * Fields that distinguish this event from others beside its bytes, used without a delivery id; see `repeatKeysOf`.
   */
  readonly dedupeFields: readonly string[];
  /**
   * JSON in UTF-8. A JSON body: the received bytes (the request's own buffer). An item of a batch: a slice of the
   * received bytes. A form: converted to JSON once.
   */
  readonly payload: Buffer;
}

/** The subscription's new state. `test`: a message that a person sent to check the connection. */
export const CONTROL_KINDS = ['revoked', 'disabled', 'verified', 'test'] as const;

/** A message about the subscription rather than about the account's data. */
export interface ControlMessage {
  readonly kind: (typeof CONTROL_KINDS)[number];
  /** In the provider's words. */
  readonly reason?: string;
}

/** Extension attributes of a provider's CloudEvents that are more precise than the standard attributes. */
export interface CloudEventMembers {
  /** The attribute that names the account or owner of the event. */
  readonly source?: string;
  readonly subject?: string;
}
