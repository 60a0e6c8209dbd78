import type { TSchema } from 'typebox';
import { Value } from 'typebox/value';

interface Schema {
  anyOf?: readonly Schema[];
  properties?: Readonly<Record<string, Schema>>;
  default?: unknown;
}

/**
 * A value with the defaults of its missing members; the value itself if none is missing. TypeBox has this as well, but it
 * copies values whose schema has variants, and loses members with the name `constructor` or `__proto__`.
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
