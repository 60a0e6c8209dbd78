import type { TSchema } from 'typebox';
import { wordsOf } from './names-secret.ts';

/** Marks a field of an answer that holds a secret. The audit never stores its value. */
export const SECRET = { 'x-secret': true } as const;

/** A name that says that its value is a secret. Times (`secretsSetAt`) and addresses (`tokenUrl`) are none. */
const SECRET_NAME = /secret|token|password|passphrase|credential|private_?key|authorization|cookie/i;
const HARMLESS_END = /(At|Url)$/;
/** Words of names that say the same, but for `auth` and `session`, which are objects of the API. */
const SECRET_WORDS: ReadonlySet<string> = new Set(['jwt', 'otp', 'pass', 'pin', 'pwd', 'sid', 'totp']);

interface Schema {
  'x-secret'?: boolean;
  properties?: Record<string, Schema>;
  patternProperties?: Record<string, Schema>;
  items?: Schema;
  anyOf?: Schema[];
  allOf?: Schema[];
}

/** The names of all fields in a schema that are marked as secrets. */
export function secretFieldsOf(schema: TSchema | undefined): ReadonlySet<string> {
  const names = new Set<string>();
  const visit = ({ properties = {}, patternProperties = {}, items, anyOf = [], allOf = [] }: Schema) => {
    for (const [name, property] of Object.entries(properties)) if (property['x-secret']) names.add(name);
    const inner = [...Object.values(properties), ...Object.values(patternProperties), ...anyOf, ...allOf];
    for (const each of items ? [...inner, items] : inner) visit(each);
  };
  if (schema) visit(schema as Schema);
  return names;
}

/** Whether a field may hold a secret by its name, whatever its schema says. */
export const isSecretName = (name: string): boolean =>
  (SECRET_NAME.test(name) || wordsOf(name).some((word) => SECRET_WORDS.has(word))) &&
  !HARMLESS_END.test(name);
