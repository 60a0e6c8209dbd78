const two = (value: number) => String(value).padStart(2, '0');

/** The time of day here, with milliseconds: `12:03:04.118`. */
export function formatClock(date: Date): string {
  const ms = String(date.getMilliseconds()).padStart(3, '0');
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${ms}`;
}

/** A time of the API for a person: `2026-12-01 12:03:04` here. A text that is not a time stays as it is. */
export function formatTime(text: string): string {
  const date = new Date(text);
  if (Number.isNaN(date.getTime())) return text;
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}
