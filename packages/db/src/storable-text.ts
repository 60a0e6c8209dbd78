/** Postgres takes no NUL and no half of a surrogate pair, and text of others may hold either: each is shown as U+FFFD. */
export function toStorableText(text: string): string;
export function toStorableText(text: string | undefined): string | undefined;
export function toStorableText(text: string | undefined): string | undefined {
  return text?.replaceAll('\u0000', '\uFFFD').toWellFormed();
}
