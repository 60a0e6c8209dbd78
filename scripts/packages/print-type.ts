/** The members of JSON Schema that the contracts use. */
export interface Schema {
  description?: string;
  type?: string;
  const?: unknown;
  enum?: readonly unknown[];
  default?: unknown;
  anyOf?: readonly Schema[];
  allOf?: readonly Schema[];
  items?: Schema;
  properties?: Record<string, Schema>;
  patternProperties?: Record<string, Schema>;
  required?: readonly string[];
}

export interface PrintOptions {
  /** `request`: a member with a default may be absent. `answer`: it is always there. */
  side: 'request' | 'answer';
  /** The name of a type that is declared elsewhere. */
  nameOf?: (schema: Schema) => string | undefined;
}

/**
 * A JSON Schema as TypeScript type, with the descriptions of its members as comments.
 * @throws when the schema has a form that this file does not know
 */
export function printType(schema: Schema, options: PrintOptions): string {
  const name = options.nameOf?.(schema);
  if (name !== undefined) return name;
  if (schema.anyOf) return printAll(schema.anyOf, ' | ', options);
  if (schema.allOf) return printAll(schema.allOf, ' & ', options);
  if ('const' in schema) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
  switch (schema.type) {
    case undefined:
      return 'unknown';
    case 'integer':
    case 'number':
      return 'number';
    case 'string':
    case 'boolean':
    case 'null':
      return schema.type;
    case 'array':
      return `(${printType(schema.items ?? {}, options)})[]`;
    case 'object':
      return printObject(schema, options);
    default:
      throw new Error(`No TypeScript type is known for ${JSON.stringify(schema)}`);
  }
}

function printAll(schemas: readonly Schema[], joint: string, options: PrintOptions): string {
  return [...new Set(schemas.map((each) => `(${printType(each, options)})`))].join(joint);
}

function printObject(
  { properties, patternProperties, required = [] }: Schema,
  options: PrintOptions,
): string {
  const [named] = Object.values(patternProperties ?? {});
  if (named) return `Record<string, ${printType(named, options)}>`;
  if (properties === undefined || Object.keys(properties).length === 0) return 'object';
  const members = Object.entries(properties).map(([name, member]) => {
    const isOptional = !required.includes(name) || (options.side === 'request' && 'default' in member);
    return `${printComment(member)}${JSON.stringify(name)}${isOptional ? '?' : ''}: ${printType(member, options)};`;
  });
  return `{\n${members.join('\n')}\n}`;
}

/** A description as comment. Its text must not end the comment. */
export const printComment = ({ description }: Pick<Schema, 'description'>): string =>
  description === undefined ? '' : `/** ${description.replaceAll('*/', '*\\/')} */\n`;
