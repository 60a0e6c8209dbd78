/** How the times of items are written. `s`: a decimal text of seconds, whose digits are an identity. */
type Unit = 'iso' | 's';

const DECIMAL = /^(\d{1,16})(?:\.(\d{1,12}))?$/;

/** The later one of two times; undefined counts as earlier than all, and so does a text of another form. */
export function laterOf(a: string | undefined, b: string | undefined, unit: Unit): string | undefined {
  if (a === undefined || !isTime(a, unit)) return b !== undefined && isTime(b, unit) ? b : a;
  if (b === undefined || !isTime(b, unit)) return a;
  if (unit === 'iso') return Date.parse(b) > Date.parse(a) ? b : a;
  return compareDecimals(b, a) > 0 ? b : a;
}

/** A time so many seconds earlier. */
export function earlierBy(cursor: string, seconds: number, unit: Unit): string {
  if (unit === 'iso') {
    const timeMs = Date.parse(cursor) - seconds * 1_000;
    return Number.isNaN(timeMs) ? cursor : `${new Date(timeMs).toISOString().slice(0, 19)}Z`;
  }
  const [, whole, fraction] = DECIMAL.exec(cursor) ?? [];
  if (whole === undefined) return cursor;
  const earlier = String(Math.max(0, Number(whole) - seconds));
  return fraction === undefined ? earlier : `${earlier}.${fraction}`;
}

function isTime(text: string, unit: Unit): boolean {
  return unit === 'iso' ? !Number.isNaN(Date.parse(text)) : DECIMAL.test(text);
}

/** A double has too few digits for seconds with microseconds. */
function compareDecimals(a: string, b: string): number {
  const [, wholeA = '0', fractionA = ''] = DECIMAL.exec(a) ?? [];
  const [, wholeB = '0', fractionB = ''] = DECIMAL.exec(b) ?? [];
  const difference = Number(wholeA) - Number(wholeB);
  if (difference !== 0) return difference;
  const length = Math.max(fractionA.length, fractionB.length);
  return Number(fractionA.padEnd(length, '0')) - Number(fractionB.padEnd(length, '0'));
}
