import Type, { type Static } from 'typebox';

/** An accepted field of a request that is probably a mistake. */
export const Warning = Type.Object({
  code: Type.String({ description: 'Kind of the warning. Stable' }),
  path: Type.String({ description: 'The field, such as `body/events/0`' }),
  message: Type.String({ description: 'Explanation for a person' }),
});
export type Warning = Static<typeof Warning>;
