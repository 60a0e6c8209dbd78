/**
 * Longer names are not compared: the cost grows with the length, and long names are rarely mistyped by a letter.
 */
const MAX_LENGTH = 100;

/**
 * The known names that a mistyped name probably stands for, nearest first. They differ by up to a third of the
 * letters, three at most; names that are more than one letter further than the nearest are left out.
 */
export function nearestNames(name: string, known: Iterable<string>, count = 3): string[] {
  const text = name.toLowerCase();
  if (text.length > MAX_LENGTH) return [];
  const limit = Math.min(3, Math.ceil(text.length / 3));
  const found: { name: string; distance: number }[] = [];
  for (const each of known) {
    if (Math.abs(each.length - text.length) > limit) continue;
    const distance = distanceWithin(text, each.toLowerCase(), limit);
    if (distance !== undefined) found.push({ name: each, distance });
  }
  found.sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1));
  const furthest = (found[0]?.distance ?? 0) + 1;
  return found
    .filter(({ distance }) => distance <= furthest)
    .slice(0, count)
    .map((each) => each.name);
}

/**
 * The edit distance between two texts: insertions, deletions and replacements of letters; two swapped letters count
 * as one. Undefined: more than the limit. Only the cells near the diagonal are computed.
 */
function distanceWithin(a: string, b: string, limit: number): number | undefined {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = new Array<number>(b.length + 1).fill(limit + 1);
    row[0] = i;
    let least = row[0];
    for (let j = Math.max(1, i - limit); j <= Math.min(b.length, i + limit); j++) {
      const isSame = a.charCodeAt(i - 1) === b.charCodeAt(j - 1);
      let cost = Math.min(
        (last[j] as number) + 1,
        (row[j - 1] as number) + 1,
        (last[j - 1] as number) + (isSame ? 0 : 1),
      );
      const isSwap =
        i > 1 &&
        j > 1 &&
        a.charCodeAt(i - 1) === b.charCodeAt(j - 2) &&
        a.charCodeAt(i - 2) === b.charCodeAt(j - 1);
      if (isSwap) cost = Math.min(cost, (beforeLast[j - 2] as number) + 1);
      row[j] = cost;
      least = Math.min(least, cost);
    }
    if (least > limit) return undefined;
    beforeLast = last;
    last = row;
  }
  const distance = last[b.length] as number;
  return distance > limit ? undefined : distance;
}
