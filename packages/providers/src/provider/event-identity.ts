import type { EventPlace, SourcePart } from './event-place.ts';

/** A part of an event's id: a place in the request, the first of several, or a hash of all bytes of the event. */
export type IdPart = SourcePart | { readonly hash: 'body' };

/** One part, or several that are an id only together. Without one of them there is no id. */
export type IdParts = IdPart | readonly [IdPart, ...IdPart[]];

interface Retries {
  /**
   * Whether the provider sends a request again that was not answered well. Only where that is known an equal body
   * within the window counts as a repeat. `unknown`: no source says so.
   */
  readonly retries: boolean | 'unknown';
  /** How long after the first try the last one comes, in seconds, where a source says so. */
  readonly retriesForSeconds?: number;
  /**
   * Of requests without an id. `events`: two with equal bodies are two events, even within the window: the body only
   * says that there is news, or two events may be alike. Default `repeats`, where the provider retries.
   */
  readonly equalBodies?: 'repeats' | 'events';
}

/**
 * What tells one event of a provider from its others, and a repeat of it from a new event. An id that names a thing
 * (a message, a payment, a ticket) is no id of an event: the next event about the thing has it too. A counter of
 * attempts is no part of an id.
 */
export type EventIdentity<Id = IdParts> = Retries &
  (
    | {
        /** Where the id of the event stands. */
        readonly id: Id;
        /** Where it stands in requests that lack the first. */
        readonly otherwise?: Id;
        /** Parts that belong to the id in those requests that have them. */
        readonly ifPresent?: readonly EventPlace[];
        /** What the id names, such as "the event" or "the message, with its state". */
        readonly names: string;
        /** Within what no other event has the id. The source is part of what repeats are recognised by in any case. */
        readonly unique: 'everywhere' | 'account' | 'source' | 'unknown';
        /** How long no other event has it, in seconds. Default: for ever. */
        readonly uniqueSeconds?: number;
        /** Whether a request that is sent again has the same id. */
        readonly stable: boolean | 'unknown';
      }
    | {
        readonly id: 'none';
        /** Why there is none, or why equal bodies are events. */
        readonly because?: string;
      }
  );

/** The same of any provider, with the places as text. */
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
