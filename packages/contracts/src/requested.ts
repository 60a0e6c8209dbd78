import type { Static, TArray, TIntersect, TObject, TOptional, TProperties, TSchema, TUnion } from 'typebox';

/** A schema whose type in requests is not the one of `Static`, because it was not written with typebox alone. */
export interface RequestedAs<T> {
  '~requested': T;
}

/** The members that a request may leave out: optional ones and those with a default (`withDefault`). */
type Omittable<P extends TProperties> = {
  [Name in keyof P]: P[Name] extends TOptional<TSchema> | { default: unknown } ? Name : never;
}[keyof P];

type Evaluate<T> = { [Name in keyof T]: T[Name] } & {};

/**
 * The type of what a caller sends. `Static` is the type of what a handler gets: there the defaults are filled in, so
 * that a member with a default is always present.
 */
export type Requested<T extends TSchema> =
  T extends RequestedAs<infer Sent extends object>
    ? Sent
    : T extends TArray<infer Item extends TSchema>
      ? Requested<Item>[]
      : T extends TUnion<infer Variants extends TSchema[]>
        ? { [Index in keyof Variants]: Requested<Variants[Index]> }[number]
        : T extends TIntersect<infer Parts extends TSchema[]>
          ? AllOf<Parts>
          : T extends TObject<infer P extends TProperties>
            ? keyof P extends never
              ? Static<T>
              : Evaluate<
                  { [Name in Exclude<keyof P, Omittable<P>>]: Requested<P[Name]> } & {
                    [Name in Omittable<P>]?: Requested<P[Name]>;
                  }
                >
            : Static<T>;

type AllOf<Parts extends TSchema[]> = Parts extends [
  infer First extends TSchema,
  ...infer Rest extends TSchema[],
]
  ? Requested<First> & AllOf<Rest>
  : unknown;
