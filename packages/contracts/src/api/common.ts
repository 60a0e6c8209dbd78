import Type, { type TOptional, type TSchema, type TUnknown } from 'typebox';
import { EVENT_TYPE_PATTERN, MAX_EVENT_TYPE_LENGTH } from '../event.ts';
import { EVENT_TYPE_PATTERN_SCHEMA } from '../event-type-pattern.ts';
import { TENANT_PATTERN } from '../principal.ts';
import '../timestamp.ts';
import { Warning } from './warning.ts';

/**
 * A regular expression with its meaning in words. Error messages show the words instead of the expression.
 * @param text continues "must be"
 */
export const patternWith = (pattern: string, text: string) => ({ pattern, 'x-patternText': text }) as const;

export const UserId = Type.String({
  ...patternWith(TENANT_PATTERN, 'a text of 1 to 200 characters, without control characters'),
  description: 'The tenant. Only operators may name one: a tenant always acts for itself',
});
export const nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
/**
 * A member of a request that may be absent: the gateway fills in the default, so that a handler always has a value.
 * Only this form of a default is known to the types of requests (`RequestOf`).
 */
export const withDefault = <T extends TSchema>(schema: T, value: unknown) =>
  withKeyword(schema, 'default', value) as T & { default: unknown };
/** What the API reference shows for an object whose required fields alone are not enough. */
export const withExample = <T extends TSchema>(schema: T, value: object): T =>
  withKeyword(schema, 'examples', [value]);
function withKeyword<T extends TSchema>(schema: T, name: string, value: unknown): T {
  // TypeBox recognizes the kind of a schema by a property that is not enumerable, so a spread would lose it.
  const properties = Object.getOwnPropertyDescriptors(schema) as PropertyDescriptorMap;
  return Object.create(Object.prototype, {
    ...properties,
    [name]: { value, enumerable: true, configurable: true, writable: true },
  });
}
export const Timestamp = Type.String({ format: 'date-time', description: 'RFC 3339, UTC' });

/**
 * Fields that only answers have. A request may contain them, because an answer may be sent back; they are ignored.
 */
export function readOnly<Name extends string>(...names: Name[]): Record<Name, TOptional<TUnknown>> {
  const shown = Type.Optional(
    Type.Unknown({ readOnly: true, description: 'Read-only: ignored in requests' }),
  );
  return Object.fromEntries(names.map((name) => [name, shown])) as Record<Name, TOptional<TUnknown>>;
}

const EVENT_TYPE = 'letters, digits, "_" and "-", in parts separated by dots, such as order.paid';
export const EventTypeName = Type.String({
  ...patternWith(EVENT_TYPE_PATTERN, `an event type (${EVENT_TYPE})`),
  maxLength: MAX_EVENT_TYPE_LENGTH,
  examples: ['order.paid'],
});
/** For event type patterns with a description of their own: a spread of a schema would lose its kind. */
export const EVENT_TYPE_PATTERN_OPTIONS = {
  ...patternWith(
    EVENT_TYPE_PATTERN_SCHEMA,
    `an event type (${EVENT_TYPE}), a type with every type below it (order.*), or *`,
  ),
  maxLength: 200,
  examples: ['order.*'],
};
/** How subscriptions and selections name event types. */
export const EventTypePattern = Type.String(EVENT_TYPE_PATTERN_OPTIONS);
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
    description: 'Pass it as `cursor` to get the next page. null: this is the last page',
  }),
  offset: Type.Optional(
    Type.Integer({
      description: 'Position of the first item, from 0. Absent on a page that was requested by cursor',
    }),
  ),
  total: Type.Optional(
    Type.Integer({ description: 'How many items match. Absent on a page that was requested by cursor' }),
  ),
  totalExact: Type.Optional(
    Type.Boolean({ description: 'false: more than `total` items match; counting stops at 10,000' }),
  ),
});

/**
 * Paging by `cursor` takes the same time at any depth. `offset` is for scripts of the earlier APIs
 * (docs/compatibility.md).
 */
export const PageQuery = {
  limit: withDefault(Type.Integer({ minimum: 1, maximum: 1_000, description: 'Items per page' }), 100),
  cursor: Type.Optional(Type.String({ maxLength: 200, description: '`nextCursor` of the previous page' })),
  offset: Type.Optional(
    Type.Integer({ minimum: 0, maximum: 10_000, description: 'How many items to skip. Not with `cursor`' }),
  ),
};

/** Where an export begins. */
export const ExportQuery = {
  cursor: Type.Optional(
    Type.String({ maxLength: 200, description: 'A `cursor` of an earlier export with the same filters' }),
  ),
};
/** What every export does. */
export const EXPORT_TEXT =
  'Each line is an item as the list shows it. After every 1,000 items and at the end there is a line `{"end", "count", "cursor"}`. An answer whose last line does not have `"end": true` was cut: continue at the last `cursor`. The cursor of a complete export continues with what is stored later. On each replica of delivery one export of a tenant runs at a time (429). An export whose caller reads nothing for a minute is cut. The answer is compressed for a caller that accepts gzip.';

/**
 * Marks text that Postgres does not store, so that it may contain NUL and unpaired surrogates. Everywhere else in a
 * request these are refused.
 */
export const ANY_TEXT = { 'x-anyText': true } as const;
/** Marks a value whose bytes are passed on unchanged and not inspected. */
export const VERBATIM = { 'x-verbatim': true } as const;

/** A bound of a date range; `readDateRange` interprets it. */
const DayOrTime = (what: string) =>
  Type.Optional(
    Type.String({
      maxLength: 40,
      description: `${what}. A time (RFC 3339) or a day in UTC such as \`2026-03-01\``,
    }),
  );
export const DATE_RANGE = {
  startDate: DayOrTime('Start of the range, inclusive'),
  endDate: DayOrTime('End of the range: a time is exclusive, a day is inclusive'),
};

/** The guard of a call that changes everything that a filter selects. */
export const ExpectedCount = Type.Optional(
  Type.Integer({
    minimum: 0,
    maximum: 1_000_000_000,
    description:
      'The `total` of a dry run. 409 when more is selected now, or when not everything was counted (`totalExact` is false), and nothing is changed',
  }),
);

export const one = <T extends TSchema>(schema: T) => Type.Object({ data: schema });

/** An answer that may warn about fields of the request. */
export const oneWithWarnings = <T extends TSchema>(schema: T) =>
  Type.Object({
    data: schema,
    warnings: Type.Optional(
      Type.Array(Warning, {
        description: 'Accepted fields that are probably mistakes. Absent when there are none',
      }),
    ),
  });
export const list = <T extends TSchema>(schema: T) => Type.Object({ data: Type.Array(schema), page: Page });
export const message = Type.Object({ data: Type.Object({ message: Type.String() }) });
/** A request body that may be absent or null. */
export const optionalBody = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
