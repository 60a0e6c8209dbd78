/**
 * What subscriptions to event types say: those of endpoints, sources, the feed, lists and replays. A pattern names a
 * type and everything below it:
 * - `github.workflow_job` matches `github.workflow_job` and `github.workflow_job.completed`;
 * - `github.workflow_job.*` means the same, `github.*` matches everything of GitHub, `*` everything;
 * - a name of one part also matches the GitHub event of that name: `push` matches `github.push`.
 *
 * To take a type without what is below it, give the endpoint a filter on `type`.
 */
export const EVENT_TYPE_PATTERN_SCHEMA = '^(\\*|[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*(\\.\\*)?)$';

const EVERYTHING = '*';
const BELOW = '.*';
/** Whose events may be named without their provider. */
const BARE_NAMES_OF = 'github';
const BARE_PREFIX = `${BARE_NAMES_OF}.`;

/** The one name that a pattern stands for: `github.*` and `github` are the same. `*` stays as it is. */
export function nameOfPattern(pattern: string): string {
  return pattern.endsWith(BELOW) ? pattern.slice(0, -BELOW.length) : pattern;
}

/**
 * Every name by which a pattern may ask for a type, for look-ups by name: `github.a.b` is matched by the patterns
 * named `*`, `github`, `github.a`, `github.a.b` and `a`. As many as the type has parts, and two.
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

/** Patterns that were prepared once, to be held against many types. */
export interface EventTypeMatcher {
  matches(type: string): boolean;
  /** The same, with the type's names at hand: where one type is held against many matchers. */
  matchesAny(names: readonly string[]): boolean;
}

/** A match costs one look-up for each part of the type, however many patterns there are. */
export function createEventTypeMatcher(patterns: readonly string[]): EventTypeMatcher {
  const wanted = new Set(patterns.map(nameOfPattern));
  const matchesAny = (names: readonly string[]) => {
    for (const name of names) if (wanted.has(name)) return true;
    return false;
  };
  return { matchesAny, matches: (type) => matchesAny(namesOfEventType(type)) };
}

/** For a single look; see createEventTypeMatcher for many. */
export function matchesEventType(pattern: string, type: string): boolean {
  return namesOfEventType(type).includes(nameOfPattern(pattern));
}

/**
 * The types that a pattern's name stands for: each with everything below it. Empty: every type.
 */
export function typesOfPattern(pattern: string): string[] {
  const name = nameOfPattern(pattern);
  if (name === EVERYTHING) return [];
  return name.includes('.') ? [name] : [name, BARE_PREFIX + name];
}
