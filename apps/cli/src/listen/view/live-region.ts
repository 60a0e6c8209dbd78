const CSI = '\u001b[';

/**
 * The last lines of the terminal, which are written again and again. Everything above stays, and stays in the
 * scroll-back: there is no second screen.
 */
export class LiveRegion {
  readonly #write: (text: string) => void;
  #lines: readonly string[] = [];

  constructor(write: (text: string) => void) {
    this.#write = write;
    // The cursor would blink at the end of the last line.
    write(`${CSI}?25l`);
  }

  /** @param above lines that go above the region, for good */
  show(lines: readonly string[], above: readonly string[] = []): void {
    if (above.length === 0 && sameLines(lines, this.#lines)) return;
    this.#write(`${this.#clear()}${[...above, ...lines].map((line) => `${line}\n`).join('')}`);
    this.#lines = lines;
  }

  /** Call it when the terminal has another size: it may have wrapped the lines in other places. */
  forget(): void {
    this.#write(`${CSI}2J${CSI}H`);
    this.#lines = [];
  }

  /** Leaves the region's last state on the screen. */
  close(): void {
    this.#write(`${CSI}?25h`);
  }

  #clear(): string {
    return this.#lines.length === 0 ? '' : `\r${CSI}${this.#lines.length}A${CSI}J`;
  }
}

const sameLines = (a: readonly string[], b: readonly string[]) =>
  a.length === b.length && a.every((line, index) => line === b[index]);
