import type { TimeUnit } from '../events/times.ts';
import type { Place } from '../schemes/place.ts';

/** Where a value of an event stands in the request. */
export type EventPlace =
  | Place
  /**
   * A JSON pointer into the body around a batch; all other pointers start at an item of the batch. A segment `*`
   * stands for the item's group.
   */
  | { readonly around: string }
  /** The text of a child of the root element, in XML that a form field holds in base64. */
  | { readonly form: string; readonly element: string };

export type EventTime = EventPlace & { readonly unit: TimeUnit };

/** A place, or several places of which the first with a value counts. */
export type SourcePart = EventPlace | { readonly firstOf: readonly EventPlace[] };
