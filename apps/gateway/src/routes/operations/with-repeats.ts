/** Adds the repeats of an event, which two services know of, to the sentence that delivery made of its journey. */
export function withRepeats(summary: string, repeats: number): string {
  if (repeats === 0) return summary;
  return `${summary}; received ${repeats === 1 ? 'once more' : `${repeats} more times`} and not delivered again`;
}
