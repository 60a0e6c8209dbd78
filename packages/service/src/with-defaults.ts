import type { TSchema } from 'typebox';
import { Value } from 'typebox/value';

interface Schema {
  anyOf?: readonly Schema[];
  properties?: Readonly<Record<string, Schema>>;
  default?: unknown;
}

/**
 * A value with the defaults of what it leaves out; the value itself where it leaves out none. TypeBox has this as well,
 * but copies what may be one of several kinds, and loses every member with the name `constructor` or `__proto__`.
 */
export function withDefaults(schema: TSchema | Schema, value: unknown): unknown {
  const { anyOf, properties, default: preset } = schema as Schema;
  if (value === undefined) return preset;
  if (anyOf) {
    for (const variant of anyOf) {
      const filled = withDefaults(variant, value);
      if (Value.Check(variant as TSchema, filled)) return filled;
    }
    return value;
  }
  if (properties === undefined || typeof value !== 'object' || value === null || Array.isArray(value)) {
    return value;
  }
  const added: [string, unknown][] = [];
  for (const [name, property] of Object.entries(properties)) {
    const before = Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
    const filled = withDefaults(property, before);
    if (filled !== before) added.push([name, filled]);
  }
  return added.length === 0 ? value : { ...value, ...Object.fromEntries(added) };
}
