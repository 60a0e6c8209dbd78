import Type, { type Static, type TObject, type TProperties, type TSchema, type TUnsafe } from 'typebox';

// The one rule for settings, in calls that make a thing and in those that change one: what may be left out may be null,
// which stands for the default. A change is merged with what is there (RFC 7396), objects in objects too.

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

/** Whether a member has to be there, in an object of settings, that has to be there in the thing. */
type IsNeeded = (member: JsonSchema) => boolean;

const isNull = ({ type }: JsonSchema) => type === 'null';

/** null beside what a schema takes, unless it takes that already. */
const orNull = (schema: JsonSchema): TSchema =>
  schema.anyOf?.some(isNull) ? schema : Type.Union([schema, Type.Null()]);

/** Lists, and objects without settings of ours in them, are values: they are taken, and replaced, as a whole. */
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
    // A default is for what a thing lacks: in a change it would overwrite what is there.
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
  [Name in keyof T]: undefined extends T[Name] ? Value<T[Name]> | null : Value<T[Name]>;
};
type Changed<T> = T extends readonly unknown[] ? T : T extends object ? Changes<T> : T;
export type Changes<T> = { [Name in keyof T]?: Changed<T[Name]> | null };

/**
 * The body of a call that makes a thing. In it, and in objects in it, what is optional, or has a default, may be null.
 * @param also as they are
 */
export const newSettings = <P extends TProperties, A extends TProperties>(properties: P, also: A) =>
  settings(properties, also, (member) => !('default' in member), {}) as TUnsafe<
    NewSettings<Static<TObject<P>>> & Static<TObject<A>>
  >;

/**
 * The body of a call that changes a thing. All may be left out, but the names of variants (`type`).
 * @param also as they are
 */
export const changedSettings = <P extends TProperties, A extends TProperties>(properties: P, also: A) =>
  settings(properties, also, (member) => 'const' in member, { minProperties: 1 }) as TUnsafe<
    Changes<Static<TObject<P>>> & Static<TObject<A>>
  >;
