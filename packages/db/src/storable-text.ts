/** Replaces NUL and lone surrogates, which Postgres does not store, by U+FFFD. Text from outside may hold either. */
export function toStorableText(text: string): string;
export function toStorableText(text: string | undefined): string | undefined;
export function toStorableText(text: string | undefined): string | undefined {
  return text?.replaceAll('\u0000', '\uFFFD').toWellFormed();
}
