import { type Decimal, toDecimal, writeDecimal } from './decimal.ts';

/** In V8 since 11.4; TypeScript's libraries do not declare it yet. */
const { rawJSON } = JSON as unknown as { rawJSON: (text: string) => unknown };

/**
 * A JSON number that no JavaScript number can hold: an integer beyond 2^53 whose digits would be rounded, a fraction
 * with too many digits, an exponent out of range. `JSON.stringify` writes it as it was read.
 */
export class ExactNumber {
  /** The number as it was read. */
  readonly text: string;
  readonly #decimal: Decimal;

  private constructor(text: string, decimal: Decimal) {
    this.text = text;
    this.#decimal = decimal;
  }

  /**
   * @param text a number as JSON writes it
   * @returns a JavaScript number if it is exact
   */
  static read(text: string): number | ExactNumber {
    const value = Number(text);
    const decimal = toDecimal(text);
    if (decimal === undefined) return value;
    const rounded = toDecimal(String(value));
    const isExact =
      rounded !== undefined &&
      rounded.negative === decimal.negative &&
      rounded.exponent === decimal.exponent &&
      rounded.digits === decimal.digits;
    return isExact ? value : new ExactNumber(text, decimal);
  }

  get decimal(): Decimal {
    return this.#decimal;
  }

  /** The same text for equal numbers in different notations. */
  toString(): string {
    return writeDecimal(this.#decimal);
  }

  toJSON(): unknown {
    return rawJSON(this.text);
  }
}
