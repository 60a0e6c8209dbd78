import Type, { type Static, type TObject, type TProperties, type TSchema, type TUnsafe } from 'typebox';
import type { Requested, RequestedAs } from '../requested.ts';

// The rule for settings, in calls that create a thing and in calls that change one: every field that may be absent may
// also be null, which stands for the default. A change is merged with the stored settings (RFC 7396), also within nested
// objects.

interface JsonSchema extends TSchema {
  type?: string;
  properties?: Record<string, JsonSchema>;
  patternProperties?: Record<string, JsonSchema>;
  required?: readonly string[];
  minProperties?: number;
  additionalProperties?: boolean;
  anyOf?: readonly JsonSchema[];
  const?: unknown;
  default?: unknown;
}

/** Whether a member that the stored object always has must be present in the request. */
type IsNeeded = (member: JsonSchema) => boolean;

const isNull = ({ type }: JsonSchema) => type === 'null';

/** Adds null to a schema, unless it accepts null already. */
const orNull = (schema: JsonSchema): TSchema =>
  schema.anyOf?.some(isNull) ? schema : Type.Union([schema, Type.Null()]);

/** Lists, and objects that are not settings, are values: they are accepted and replaced as a whole. */
function rewrite(schema: JsonSchema, isNeeded: IsNeeded): TSchema {
  const { anyOf, properties, patternProperties, required, ...rest } = schema;
  if (anyOf) {
    const variants = anyOf.filter((each) => !isNull(each));
    const isTagged = variants.every((each) =>
      Object.values(each.properties ?? {}).some((name) => 'const' in name),
    );
    if (variants.length > 1 && !isTagged) return schema;
    return { ...rest, anyOf: anyOf.map((each) => rewrite(each, isNeeded)) } as TSchema;
  }
  if (patternProperties) {
    const named = Object.entries(patternProperties).map(([name, each]) => [name, orNull(each)]);
    return { ...rest, patternProperties: Object.fromEntries(named) } as TSchema;
  }
  if (properties === undefined || schema.additionalProperties !== false) return schema;
  const members = Object.entries(properties).map(([name, member]) => {
    // A default applies when the thing is created. In a change it would overwrite the stored value.
    const { default: _default, ...bare } = rewrite(member, isNeeded) as JsonSchema;
    const inner = bare as TSchema;
    return [name, required?.includes(name) && isNeeded(member) ? inner : Type.Optional(orNull(inner))];
  });
  const { type: _, minProperties: _least, ...options } = rest;
  return Type.Object(Object.fromEntries(members), options);
}

function settings(properties: TProperties, also: TProperties, isNeeded: IsNeeded, options: object): TSchema {
  const all = Type.Object(properties, { additionalProperties: false });
  const { properties: rewritten } = rewrite(all, isNeeded) as TObject;
  return Type.Object({ ...rewritten, ...also }, { ...options, additionalProperties: false });
}

type Value<T> = T extends readonly unknown[] ? T : T extends object ? NewSettings<T> : T;
type NewSettings<T> = {
  [Name in keyof T]: undefined extends T[Name]
    ? Value<T[Name]> | null
    : // The members of a record may be null as well.
      string extends Name
      ? Value<T[Name]> | null
      : Value<T[Name]>;
};
/** As `rewrite`: of several variants, those with a tag are changed by member, and those without are replaced as a whole. */
type Changed<T> =
  true extends IsUnion<Extract<T, object>>
    ? T extends { type: string }
      ? Pick<T, 'type'> & Changes<Omit<T, 'type'>>
      : T
    : T extends readonly unknown[]
      ? T
      : T extends object
        ? Changes<T>
        : T;
type IsUnion<T, Whole = T> = T extends unknown ? ([Whole] extends [T] ? false : true) : never;
/** A member of a record is named or not, so that "absent" has no meaning there. */
export type Changes<T> = string extends keyof T
  ? { [Name in keyof T]: Changed<T[Name]> | null }
  : { [Name in keyof T]?: Changed<T[Name]> | null };

/**
 * The body of a call that creates a thing. Members that are optional or have a default may be null, also in nested
 * objects.
 * @param also further members, used unchanged
 */
export const newSettings = <P extends TProperties, A extends TProperties>(properties: P, also: A) =>
  settings(properties, also, (member) => !('default' in member), {}) as TUnsafe<
    NewSettings<Static<TObject<P>>> & Static<TObject<A>>
  > &
    RequestedAs<NewSettings<Requested<TObject<P>>> & Requested<TObject<A>>>;

/**
 * The body of a call that changes a thing. Every member may be absent, except the tags of variants (`type`).
 * @param also further members, used unchanged
 */
export const changedSettings = <P extends TProperties, A extends TProperties>(properties: P, also: A) =>
  settings(properties, also, (member) => 'const' in member, { minProperties: 1 }) as TUnsafe<
    Changes<Static<TObject<P>>> & Static<TObject<A>>
  > &
    RequestedAs<Changes<Requested<TObject<P>>> & Requested<TObject<A>>>;
