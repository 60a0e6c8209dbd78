import { isSecretName } from '@hookline/contracts';

/** The changed fields of a thing. */
export type Changes = Record<string, { before?: unknown; after?: unknown }>;

export interface ChangedThing {
  /** The thing as the API showed it before; undefined: it was not there, or is not known. */
  before: unknown;
  /** As the API shows it now; undefined: it is gone. */
  after: unknown;
  /** The body of the call. */
  body: unknown;
  /** The fields that the call can set; undefined: all fields. */
  fields: ReadonlySet<string> | undefined;
  /** Names of fields that hold secrets, by the schema of the answer. */
  secrets: ReadonlySet<string>;
}

/** An entry stays under 20 KB. */
const MAX_FIELDS = 100;
const MAX_VALUE_LENGTH = 2_000;
const MAX_LENGTH = 16_000;
export const REDACTED = '[redacted]';
const TOO_LONG = '[too long]';

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Describes what a call changed, from what the API shows of the thing, which hides secrets already. Fields that are marked
 * as secrets, or whose names say so, are left out a second time. That a secret was set is told, without the secret.
 * @returns null if nothing that may be shown was changed
 */
export function describeChanges({ before, after, body, fields, secrets }: ChangedThing): Changes | null {
  const [old, now] = [isObject(before) ? before : {}, isObject(after) ? after : {}];
  const changes: Changes = {};
  let length = 0;
  const isSecret = (name: string) => secrets.has(name) || isSecretName(name);

  function add(name: string, change: Changes[string]): void {
    length += name.length + JSON.stringify(change).length;
    if (Object.keys(changes).length < MAX_FIELDS && length <= MAX_LENGTH) changes[name] = change;
  }

  for (const name of new Set([...Object.keys(old), ...Object.keys(now)])) {
    if ((fields && !fields.has(name)) || isSecret(name)) continue;
    const shown = [old, now].map((thing) =>
      Object.hasOwn(thing, name) ? toShown(thing[name], isSecret) : undefined,
    );
    const [was, is] = shown as [Shown | undefined, Shown | undefined];
    if (was?.text === is?.text) continue;
    add(name, { ...(was ? { before: was.value } : {}), ...(is ? { after: is.value } : {}) });
  }
  if (isObject(body))
    for (const name of Object.keys(body)) if (isSecretName(name)) add(name, { after: REDACTED });
  return Object.keys(changes).length === 0 ? null : changes;
}

interface Shown {
  /** What is compared. */
  text: string;
  /** What is stored. */
  value: unknown;
}

function toShown(value: unknown, isSecret: (name: string) => boolean): Shown {
  const text =
    JSON.stringify(value, (name, inner) => (name !== '' && isSecret(name) ? REDACTED : inner)) ?? 'null';
  return { text, value: text.length > MAX_VALUE_LENGTH ? TOO_LONG : JSON.parse(text) };
}
