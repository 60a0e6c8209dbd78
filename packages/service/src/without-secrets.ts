type Members = Readonly<Record<string, unknown>>;

/**
 * A value as it may be logged: secret members are replaced, down to so many levels. What has no secret is returned as it
 * is, so that most lines cost no copy. An object that prints itself is taken as what it prints.
 * @param levels 1: its own members; 2: those of its members too
 */
export function withoutSecrets(
  value: unknown,
  secrets: ReadonlySet<string>,
  censor: string,
  levels: number,
): unknown {
  // The bytes of a buffer are no members.
  if (typeof value !== 'object' || value === null || levels === 0 || ArrayBuffer.isView(value)) return value;
  try {
    const printed = printedBy(value);
    if (typeof printed !== 'object' || printed === null) return value;
    let copy: Record<string, unknown> | undefined;
    for (const name of Object.keys(printed)) {
      const member = (printed as Members)[name];
      const shown = secrets.has(name) ? censor : withoutSecrets(member, secrets, censor, levels - 1);
      if (shown === member) continue;
      copy ??= (Array.isArray(printed) ? [...printed] : { ...printed }) as Record<string, unknown>;
      copy[name] = shown;
    }
    return copy ?? value;
  } catch {
    // A member that cannot be read is no reason to end the work that is logged.
    return '[unreadable]';
  }
}

function printedBy(value: object): unknown {
  const { toJSON } = value as { toJSON?: unknown };
  return typeof toJSON === 'function' ? (toJSON.call(value) as unknown) : value;
}
