/**
 * The payloads of event types, for `feed.on` and `events.publish`. It is empty: add your own types, and those of GitHub
 * with `import '@hookline/client/github'`.
 *
 * ```ts
 * declare module '@hookline/client' {
 *   interface EventMap {
 *     'order.paid': { total: number };
 *   }
 * }
 * ```
 */
// biome-ignore lint/suspicious/noEmptyInterface: it is there to be augmented.
export interface EventMap {}

type KnownType = keyof EventMap & string;

/** The known types that a pattern includes, as in `feed.on`: a type itself, and every type below it. */
type Included<Pattern extends string> = Pattern extends '*'
  ? never
  : Pattern extends `${infer Name}.*`
    ? Included<Name>
    : Extract<KnownType, Pattern | `${Pattern}.${string}`>;

/** The payload of the events that a pattern includes: `unknown` when none of their types is in `EventMap`. */
export type EventData<Pattern extends string> = string extends Pattern
  ? unknown
  : [Included<Pattern>] extends [never]
    ? unknown
    : EventMap[Included<Pattern>];

/** A type or a pattern: editors suggest the known types, and every other text is accepted. */
export type EventPattern = KnownType | (string & {});
