/**
 * Whether a pattern includes an event type, by the rule of endpoints: `github.push` and `github.push.*` include
 * `github.push` and every type below it, `*` includes every type, and a name of one part also names an event of GitHub.
 */
export function matchesPattern(pattern: string, type: string): boolean {
  if (pattern === '*') return true;
  const name = pattern.endsWith('.*') ? pattern.slice(0, -2) : pattern;
  return isWithin(name, type) || (!name.includes('.') && isWithin(`github.${name}`, type));
}

const isWithin = (name: string, type: string) => type === name || type.startsWith(`${name}.`);
