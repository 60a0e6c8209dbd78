import Type, { type Static } from 'typebox';
import { ApiError } from '../errors.ts';
import { nullable, patternWith } from './common.ts';

/** What begins a path parameter that is an own id and not an id of Hookline. */
export const UID_PREFIX = 'uid:';

/**
 * The thing that a path names, among those that were found; undefined if there is none.
 * @param noun what it is, for the error
 * @throws ApiError `not_found` if several tenants have one with this own id: only an operator sees more than one
 */
export function oneNamed<Row>(rows: readonly Row[], noun: string): Row | undefined {
  if (rows.length < 2) return rows[0];
  throw new ApiError('not_found', {
    message: `Several tenants have ${noun} with this uid: name the tenant with userId`,
  });
}

/** The error for a path that names nothing. */
export const noneNamed = (name: string, noun: string): ApiError =>
  new ApiError('not_found', {
    message: name.startsWith(UID_PREFIX)
      ? `There is no ${noun} with the uid "${name.slice(UID_PREFIX.length)}"`
      : `There is no such ${noun}`,
  });

/** The id of a thing in a path: Hookline's own, or `uid:` and the `uid` that the tenant gave it. */
export const IdOrUid = Type.String({
  maxLength: 100,
  description: `The \`id\`, or \`${UID_PREFIX}\` and the \`uid\`: \`${UID_PREFIX}customer-42\``,
});

export const Uid = nullable(
  Type.String({
    ...patternWith('^[A-Za-z0-9_.:@-]{1,90}$', 'a text of 1 to 90 letters, digits and characters of _.:@-'),
    description: `An id of your own, unique among a tenant's things of this kind. A path takes it as \`${UID_PREFIX}<uid>\` in place of the \`id\``,
  }),
);

/** The most members of `metadata`. */
export const MAX_METADATA = 50;
export const Metadata = Type.Record(
  Type.String(
    patternWith('^[A-Za-z0-9_.:-]{1,40}$', 'a text of 1 to 40 letters, digits and characters of _.:-'),
  ),
  Type.String({ maxLength: 500 }),
  {
    maxProperties: MAX_METADATA,
    additionalProperties: false,
    description:
      'Texts of your own, such as the id of a customer. Hookline stores and returns them and does nothing else with them. Names have 1 to 40 letters, digits and characters of _.:-. A change is merged, and null removes a member',
  },
);
export type Metadata = Static<typeof Metadata>;

const Tag = Type.String(
  patternWith('^[A-Za-z0-9_.:/-]{1,50}$', 'a text of 1 to 50 letters, digits and characters of _.:/-'),
);
export const Tags = Type.Array(Tag, {
  maxItems: 20,
  description: 'Labels by which lists are filtered',
});
/** The parameter of a list that filters by a tag. */
export const TagFilter = Type.Optional({ ...Tag, description: 'Only things with this tag' });
