/** A decimal number in normal form: 0.d₁d₂d₃… × 10^exponent, with no zero at either end of the digits. */
export interface Decimal {
  negative: boolean;
  /** Empty for zero. */
  digits: string;
  /** The power of ten; infinite if it has more than 15 digits itself. 0 for zero. */
  exponent: number;
}

const NUMBER = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?)(\d+))?$/;
/** Longer exponents are not safe integers. */
const MAX_EXPONENT_DIGITS = 15;

/**
 * @param text a number as JSON writes it, or as `String(number)` does
 * @returns undefined for any other text
 */
export function toDecimal(text: string): Decimal | undefined {
  const match = NUMBER.exec(text);
  if (!match) return undefined;
  const [, minus, whole = '', fraction = '', sign, power = '0'] = match;
  const all = whole + fraction;
  const start = countLeadingZeros(all);
  const end = all.length - countTrailingZeros(all, start);
  const digits = all.slice(start, end);
  if (digits === '') return { negative: false, digits: '', exponent: 0 };
  const shift = toExponent(power) * (sign === '-' ? -1 : 1);
  return { negative: minus === '-', digits, exponent: whole.length - start + shift };
}

function toExponent(power: string): number {
  const significant = power.slice(countLeadingZeros(power));
  return significant.length > MAX_EXPONENT_DIGITS ? Number.POSITIVE_INFINITY : Number(significant);
}

function countLeadingZeros(text: string): number {
  let count = 0;
  while (text[count] === '0') count++;
  return count;
}

function countTrailingZeros(text: string, start: number): number {
  let count = 0;
  while (text.length - count > start && text[text.length - count - 1] === '0') count++;
  return count;
}

/** @returns negative, 0 or positive, as a comparator of `Array.prototype.sort` */
export function compareDecimals(a: Decimal, b: Decimal): number {
  if (a.negative !== b.negative) return a.negative ? -1 : 1;
  const magnitude = compareMagnitudes(a, b);
  return a.negative ? -magnitude : magnitude;
}

function compareMagnitudes(a: Decimal, b: Decimal): number {
  if (a.digits === '' || b.digits === '') return a.digits.length - b.digits.length;
  if (a.exponent !== b.exponent) return a.exponent < b.exponent ? -1 : 1;
  if (a.digits === b.digits) return 0;
  // The digits are those of fractions: the first difference decides, and a longer fraction is greater than its prefix.
  return a.digits < b.digits ? -1 : 1;
}

/** Integers of up to this many digits are written without an exponent. */
const MAX_WRITTEN_DIGITS = 40;

/** The same text for equal numbers: an integer without an exponent, any other number as `0.<digits>e<exponent>`. */
export function writeDecimal({ negative, digits, exponent }: Decimal): string {
  const sign = negative ? '-' : '';
  if (digits === '') return '0';
  const isWhole = exponent >= digits.length && exponent <= MAX_WRITTEN_DIGITS;
  return isWhole ? `${sign}${digits.padEnd(exponent, '0')}` : `${sign}0.${digits}e${exponent}`;
}
