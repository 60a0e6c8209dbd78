/** A word of a POSIX shell: as it stands if it is harmless, otherwise in single quotes. */
export function quoteForShell(text: string): string {
  if (/^[A-Za-z0-9_./:@%+=,-]+$/.test(text)) return text;
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
