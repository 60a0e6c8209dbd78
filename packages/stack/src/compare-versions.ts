/** Reads the first `1.2.3` of a text such as `nats-server: v2.15.1`. */
export function parseVersion(text: string): string | undefined {
  return /(?:^|\D)(\d+\.\d+\.\d+)/.exec(text)?.[1];
}

/** Orders dotted versions by their numbers: negative when `a` is older than `b`. */
export function compareVersions(a: string, b: string): number {
  const left = a.split('.').map(Number);
  const right = b.split('.').map(Number);
  for (let index = 0; index < Math.max(left.length, right.length); index++) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
