import Type, { type Static } from 'typebox';

/** Something in a request that was taken, and is probably not what its sender meant. */
export const Warning = Type.Object({
  code: Type.String({ description: 'What it is about, for a program; stable' }),
  path: Type.String({ description: 'The field, e.g. `body/events/0`' }),
  message: Type.String({ description: 'For a person' }),
});
export type Warning = Static<typeof Warning>;
