/**
 * Patterns over event types, as endpoints and feed subscriptions name them:
 * - `*` matches every type;
 * - `github.*` matches every type below `github.` (any depth), not `github` itself;
 * - `github.push` matches `github.push`, and nothing below it.
 */
export const EVENT_TYPE_PATTERN_SCHEMA = '^(\\*|[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*(\\.\\*)?)$';

export function matchesEventType(pattern: string, type: string): boolean {
  if (pattern === '*') return true;
  if (pattern.endsWith('.*'))
    return type.length > pattern.length - 1 && type.startsWith(pattern.slice(0, -1));
  return pattern === type;
}

/**
 * Every pattern that matches a type, for look-ups in an index by pattern:
 * `a.b.c` → `*`, `a.*`, `a.b.*`, `a.b.c`.
 */
export function patternsMatching(type: string): string[] {
  const patterns = ['*'];
  for (let dot = type.indexOf('.'); dot !== -1; dot = type.indexOf('.', dot + 1)) {
    patterns.push(`${type.slice(0, dot)}.*`);
  }
  patterns.push(type);
  return patterns;
}
