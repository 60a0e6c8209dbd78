import type { EventPlace, SourcePart } from './event-place.ts';

/** A part of an event's id: a place in the request, the first of several, or a hash of all bytes of the event. */
export type IdPart = SourcePart | { readonly hash: 'body' };

/** One part, or several parts that form an id together. If a part is missing, there is no id. */
export type IdParts = IdPart | readonly [IdPart, ...IdPart[]];

interface Retries {
  /**
   * Whether the provider retries a failed request. Only if it is known to retry does an equal body within the window
   * count as a repeat. `unknown`: not documented.
   */
  readonly retries: boolean | 'unknown';
  /** The time from the first to the last attempt, in seconds, if documented. */
  readonly retriesForSeconds?: number;
  /**
   * For requests without an id. `events`: two requests with equal bodies are two events, even within the window,
   * because the body only says that something changed, or two events may be equal. Default `repeats` if the provider
   * retries.
   */
  readonly equalBodies?: 'repeats' | 'events';
}

/**
 * How the events of a provider are told apart, and how a repeat is recognised. The id of an object (a message, a
 * payment, a ticket) is not the id of an event: the next event about the object has the same id. A counter of attempts
 * is never part of an id.
 */
export type EventIdentity<Id = IdParts> = Retries &
  (
    | {
        /** The place of the id of the event. */
        readonly id: Id;
        /** The place of the id in requests without the first place. */
        readonly otherwise?: Id;
        /** Parts that belong to the id if the request has them. */
        readonly ifPresent?: readonly EventPlace[];
        /** The thing that the id identifies, such as "the event" or "the message, with its state". */
        readonly names: string;
        /** The scope within which the id is unique. The key of a repeat always contains the source. */
        readonly unique: 'everywhere' | 'account' | 'source' | 'unknown';
        /** How long the id stays unique, in seconds. Default: forever. */
        readonly uniqueSeconds?: number;
        /** Whether a retry has the same id. */
        readonly stable: boolean | 'unknown';
      }
    | {
        readonly id: 'none';
        /** Why there is no id, or why equal bodies are different events. */
        readonly because?: string;
      }
  );

/** The identity of any provider, with the places as text. */
export type ProviderIdentity = EventIdentity<string>;

/** The places of an id for people, such as `header webhook-id` or `/id and /state`. */
export function describeIdentity(identity: EventIdentity): ProviderIdentity {
  if (identity.id === 'none') return identity;
  const { id, otherwise, ifPresent = [], ...rest } = identity;
  const more = ifPresent.length === 0 ? '' : `, with ${ifPresent.map(describePart).join(', ')} where present`;
  return {
    ...rest,
    id: `${describeParts(id)}${more}`,
    ...(otherwise !== undefined && { otherwise: describeParts(otherwise) }),
  };
}

export function partsOf(parts: IdParts): readonly IdPart[] {
  return isList(parts) ? parts : [parts];
}

function isList(parts: IdParts): parts is readonly [IdPart, ...IdPart[]] {
  return Array.isArray(parts);
}

function describeParts(parts: IdParts): string {
  return partsOf(parts).map(describePart).join(' and ');
}

function describePart(part: IdPart): string {
  if ('hash' in part) return 'a hash of the body';
  if ('firstOf' in part) return part.firstOf.map(describePart).join(' or ');
  if ('element' in part) return `${part.element} in form field ${part.form}`;
  if ('header' in part) return `header ${part.header}`;
  if ('query' in part) return `query ${part.query}`;
  if ('form' in part) return `form field ${part.form}`;
  return 'around' in part ? `${part.around} around the event` : part.json;
}
