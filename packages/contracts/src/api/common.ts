import Type, { type TOptional, type TSchema, type TUnknown } from 'typebox';
import { EVENT_TYPE_PATTERN, MAX_EVENT_TYPE_LENGTH } from '../event.ts';
import { EVENT_TYPE_PATTERN_SCHEMA } from '../event-type-pattern.ts';
import { TENANT_PATTERN } from '../principal.ts';
import '../timestamp.ts';
import { Warning } from './warning.ts';

/**
 * A pattern, and what a text that fits it is, in words: errors say that in place of the regular expression.
 * @param text goes on after "must be"
 */
export const patternWith = (pattern: string, text: string) => ({ pattern, 'x-patternText': text }) as const;

export const UserId = Type.String({
  ...patternWith(TENANT_PATTERN, 'a text of 1 to 200 characters, without control characters'),
  description: 'The tenant. Operators only; a tenant acts for itself.',
});
export const nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
export const Timestamp = Type.String({ format: 'date-time', description: 'RFC 3339, UTC' });

/**
 * Fields that are only shown: a body that brings them, because it is what a call answered with, is taken without them.
 */
export function readOnly<Name extends string>(...names: Name[]): Record<Name, TOptional<TUnknown>> {
  const shown = Type.Optional(Type.Unknown({ readOnly: true, description: 'Only shown; ignored' }));
  return Object.fromEntries(names.map((name) => [name, shown])) as Record<Name, TOptional<TUnknown>>;
}

/** Postgres takes no NUL. */
export const STORABLE_TEXT = patternWith('^[^\\u0000]*$', 'a text without NUL');

const EVENT_TYPE = 'letters, digits, "_" and "-" in parts with dots between them, such as order.paid';
export const EventTypeName = Type.String({
  ...patternWith(EVENT_TYPE_PATTERN, `an event type (${EVENT_TYPE})`),
  maxLength: MAX_EVENT_TYPE_LENGTH,
});
/** What subscriptions and selections name types by. */
export const EventTypePattern = Type.String({
  ...patternWith(
    EVENT_TYPE_PATTERN_SCHEMA,
    `an event type (${EVENT_TYPE}), all types below one (order.*), or *`,
  ),
  maxLength: 200,
});
export const HeaderName = Type.String(
  patternWith(
    "^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$",
    "the name of a header: 1 to 100 letters, digits and characters of !#$%&'*+.^_`|~-",
  ),
);

export const Page = Type.Object({
  limit: Type.Integer(),
  hasMore: Type.Boolean(),
  nextCursor: Type.Union([Type.String(), Type.Null()], {
    description: 'Pass it as `cursor` to get what follows',
  }),
  offset: Type.Optional(
    Type.Integer({ description: 'Where the page begins; not on one that a cursor led to' }),
  ),
  total: Type.Optional(Type.Integer({ description: 'How many fit; not on a page that a cursor led to' })),
  totalExact: Type.Optional(
    Type.Boolean({ description: 'false: there are more than `total`; no more than 10,000 are looked at' }),
  ),
});

/** A page by `cursor` is quick at any depth; `offset` is for scripts of earlier webhook services. */
export const PageQuery = {
  limit: Type.Integer({ minimum: 1, maximum: 1_000, default: 100 }),
  cursor: Type.Optional(Type.String({ maxLength: 200 })),
  offset: Type.Optional(Type.Integer({ minimum: 0, maximum: 10_000 })),
};

/**
 * Marks text that is not kept in Postgres, so that it may hold NUL and halves of surrogate pairs. Every other text of
 * a request is refused with those.
 */
export const ANY_TEXT = { 'x-anyText': true } as const;
/** Marks a value that is passed on as the bytes that came: nothing in it is looked at. */
export const VERBATIM = { 'x-verbatim': true } as const;

/** A bound of a list: what it means is decided by `readDateRange`. */
const DayOrTime = (what: string) =>
  Type.Optional(
    Type.String({
      maxLength: 40,
      description: `${what}: a time (RFC 3339), or a day in UTC such as \`2026-03-01\``,
    }),
  );
export const DATE_RANGE = {
  startDate: DayOrTime('From then on'),
  endDate: DayOrTime('Up to then, and not at it; a day is part of it'),
};

export const one = <T extends TSchema>(schema: T) => Type.Object({ data: schema });

/** The answer to a change that may have been meant otherwise. */
export const oneWithWarnings = <T extends TSchema>(schema: T) =>
  Type.Object({
    data: schema,
    warnings: Type.Optional(
      Type.Array(Warning, {
        description: 'What was taken and may not be what was meant; only when there is some',
      }),
    ),
  });
export const list = <T extends TSchema>(schema: T) => Type.Object({ data: Type.Array(schema), page: Page });
export const message = Type.Object({ data: Type.Object({ message: Type.String() }) });
/** A body that may be left out, or be null. */
export const optionalBody = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
