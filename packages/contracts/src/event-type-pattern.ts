/**
 * Event type patterns, as subscriptions use them: those of endpoints, sources, the feed, lists and replays. A pattern
 * names a type and includes every type below it:
 * - `github.workflow_job` matches `github.workflow_job` and `github.workflow_job.completed`;
 * - `github.workflow_job.*` means the same, `github.*` matches every event of GitHub, `*` matches every event;
 * - a name of one part also names an event of GitHub: `push` also matches `github.push`.
 *
 * To match a type without the types below it, give the endpoint a filter on `type`.
 */
export const EVENT_TYPE_PATTERN_SCHEMA = '^(\\*|[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*(\\.\\*)?)$';

const EVERYTHING = '*';
const BELOW = '.*';
/** The provider whose events may be named without the provider's id. */
const BARE_NAMES_OF = 'github';
const BARE_PREFIX = `${BARE_NAMES_OF}.`;

/** The name that a pattern stands for: `github.*` and `github` are the same. `*` stays unchanged. */
export function nameOfPattern(pattern: string): string {
  return pattern.endsWith(BELOW) ? pattern.slice(0, -BELOW.length) : pattern;
}

/**
 * Every pattern name that matches a type, for look-ups by name: `github.a.b` is matched by `*`, `github`, `github.a`,
 * `github.a.b` and `a`. There are two more names than the type has parts.
 */
export function namesOfEventType(type: string): string[] {
  const names = [EVERYTHING];
  for (let dot = type.indexOf('.'); dot !== -1; dot = type.indexOf('.', dot + 1)) {
    names.push(type.slice(0, dot));
  }
  names.push(type);
  if (type.startsWith(BARE_PREFIX)) {
    const end = type.indexOf('.', BARE_PREFIX.length);
    names.push(type.slice(BARE_PREFIX.length, end === -1 ? undefined : end));
  }
  return names;
}

/** Patterns that are prepared once and compared with many types. */
export interface EventTypeMatcher {
  matches(type: string): boolean;
  /** The same for precomputed names of the type, for comparing one type with many matchers. */
  matchesAny(names: readonly string[]): boolean;
}

/** A match costs one look-up per part of the type, independent of the number of patterns. */
export function createEventTypeMatcher(patterns: readonly string[]): EventTypeMatcher {
  const wanted = new Set(patterns.map(nameOfPattern));
  const matchesAny = (names: readonly string[]) => {
    for (const name of names) if (wanted.has(name)) return true;
    return false;
  };
  return { matchesAny, matches: (type) => matchesAny(namesOfEventType(type)) };
}

/** For a single comparison; use createEventTypeMatcher for many. */
export function matchesEventType(pattern: string, type: string): boolean {
  return namesOfEventType(type).includes(nameOfPattern(pattern));
}

/** The types that a pattern's name stands for, each including every type below it. Empty: every type. */
export function typesOfPattern(pattern: string): string[] {
  const name = nameOfPattern(pattern);
  if (name === EVERYTHING) return [];
  return name.includes('.') ? [name] : [name, BARE_PREFIX + name];
}
