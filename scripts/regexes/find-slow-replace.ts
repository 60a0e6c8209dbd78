const LENGTH = 20_000;
/** A text of this length takes less than a tenth of it where the time grows with the length. */
const MAX_MS = 40;
const RUNS = 3;

/**
 * All matches of a text may take quadratic time although each single one is linear: `/a(?:.*b)?/g` reads on to the
 * end from every `a`. Nothing decides that, so texts of one or two repeated characters of the expression are tried.
 * @returns the text that takes too long
 */
export function findSlowReplace(source: string, flags: string): string | undefined {
  const regex = new RegExp(source, flags);
  const characters = new Set([...' \n\\a0', ...source.replaceAll('\\', '')]);
  for (const first of characters) {
    for (const second of characters) {
      const text = (first + second).repeat(LENGTH / 2);
      if (isSlow(regex, text))
        return `quadratic over all matches of ${JSON.stringify(first + second)} repeated`;
    }
  }
  return undefined;
}

function isSlow(regex: RegExp, text: string): boolean {
  for (let run = 0; run < RUNS; run++) {
    const startedAtMs = performance.now();
    text.replace(regex, '');
    if (performance.now() - startedAtMs < MAX_MS) return false;
  }
  return true;
}
