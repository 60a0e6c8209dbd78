/** A JSON schema, as the operations have it. */
export interface Schema {
  type?: string | string[];
  enum?: readonly unknown[];
  const?: unknown;
  anyOf?: readonly Schema[];
  properties?: Readonly<Record<string, Schema>>;
  required?: readonly string[];
  items?: Schema;
  description?: string;
  default?: unknown;
  readOnly?: boolean;
}

/** How a field of a request is written on the command line. */
export type FieldKind =
  | { kind: 'text' }
  | { kind: 'number'; isInteger: boolean }
  | { kind: 'boolean' }
  | { kind: 'choice'; choices: readonly string[] }
  /** Given several times, once for each item. */
  | { kind: 'texts' }
  /** JSON, or `@file`. */
  | { kind: 'json' };

export interface Field {
  name: string;
  kind: FieldKind;
  isRequired: boolean;
  /** Whether `null` may be given, which resets the field. */
  isNullable: boolean;
  description: string | undefined;
}

/** The fields of an object, without those that a request does not need. */
export function fieldsOf(schema: Schema | undefined): Field[] {
  const object = objectOf(schema);
  if (object === undefined) return [];
  return Object.entries(object.properties ?? {})
    .filter(([, field]) => field.readOnly !== true)
    .map(([name, field]) => ({
      name,
      kind: kindOf(field),
      // The gateway fills in a default.
      isRequired: object.required?.includes(name) === true && field.default === undefined,
      isNullable: isNullable(field),
      description: descriptionOf(field),
    }));
}

/** A body that may be absent is a union with null. */
function objectOf(schema: Schema | undefined): Schema | undefined {
  if (schema === undefined) return undefined;
  if (schema.properties !== undefined) return schema;
  return schema.anyOf?.map(objectOf).find((each) => each !== undefined);
}

const isNull = (schema: Schema) => schema.type === 'null' || schema.const === null;
const isNullable = (schema: Schema) => schema.anyOf?.some(isNull) === true;
const descriptionOf = (schema: Schema): string | undefined =>
  schema.description ?? schema.anyOf?.map((each) => each.description).find((each) => each !== undefined);

function kindOf(schema: Schema): FieldKind {
  if (schema.anyOf !== undefined) {
    const rest = schema.anyOf.filter((each) => !isNull(each));
    const [only] = rest;
    if (only !== undefined && rest.length === 1) return kindOf(only);
    const kinds = rest.map(kindOf);
    const choices = kinds.flatMap((each) => (each.kind === 'choice' ? each.choices : []));
    if (kinds.every(({ kind }) => kind === 'choice')) return { kind: 'choice', choices };
    // One text or several: several are more general.
    if (kinds.every(({ kind }) => kind === 'text' || kind === 'texts')) {
      return kinds.some(({ kind }) => kind === 'texts') ? { kind: 'texts' } : { kind: 'text' };
    }
    return { kind: 'json' };
  }
  if (schema.enum !== undefined) return { kind: 'choice', choices: schema.enum.map(String) };
  if (typeof schema.const === 'string') return { kind: 'choice', choices: [schema.const] };
  switch (schema.type) {
    case 'string':
      return { kind: 'text' };
    case 'integer':
    case 'number':
      return { kind: 'number', isInteger: schema.type === 'integer' };
    case 'boolean':
      return { kind: 'boolean' };
    case 'array':
      return schema.items?.type === 'string' ? { kind: 'texts' } : { kind: 'json' };
    default:
      return { kind: 'json' };
  }
}
