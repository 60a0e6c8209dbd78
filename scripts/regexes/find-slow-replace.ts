const LENGTH = 20_000;
/** An expression with linear time needs less than a tenth of this for a text of `LENGTH` characters. */
const MAX_MS = 40;
const RUNS = 3;

/**
 * Finding all matches of a text may take quadratic time although each single match is linear: `/a(?:.*b)?/g` reads to
 * the end of the text from every `a`. No checker decides that, so this tries texts of one or two repeated characters of the
 * expression.
 * @returns a description of the text that takes too long
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
