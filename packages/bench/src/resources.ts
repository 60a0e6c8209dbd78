/** Releases resources in the reverse order of their acquisition. */
export class Resources {
  readonly #releases: (() => Promise<unknown>)[] = [];
  #closing: Promise<void> | undefined;

  /** Registers a function that releases a resource. Calls it at once if `close` was already called. */
  defer(release: () => Promise<unknown>): void {
    if (this.#closing === undefined) this.#releases.push(release);
    else this.#closing = this.#closing.then(() => attempt(release));
  }

  /** May be called several times. Every call resolves when all resources are released. */
  close(): Promise<void> {
    this.#closing ??= this.#releaseAll();
    return this.#closing;
  }

  async #releaseAll(): Promise<void> {
    for (const release of this.#releases.reverse()) await attempt(release);
  }
}

/** A release that fails must not prevent the others. */
async function attempt(release: () => Promise<unknown>): Promise<void> {
  try {
    await release();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
  }
}
