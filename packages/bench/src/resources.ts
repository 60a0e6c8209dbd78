/** What has to be given back, in the order opposite to that in which it was taken. */
export class Resources {
  readonly #releases: (() => Promise<unknown>)[] = [];
  #closing: Promise<void> | undefined;

  /** Remembers how to give something back; at once when everything is being given back already. */
  defer(release: () => Promise<unknown>): void {
    if (this.#closing === undefined) this.#releases.push(release);
    else this.#closing = this.#closing.then(() => attempt(release));
  }

  /** Can be called again; every call resolves when everything is given back. */
  close(): Promise<void> {
    this.#closing ??= this.#releaseAll();
    return this.#closing;
  }

  async #releaseAll(): Promise<void> {
    for (const release of this.#releases.reverse()) await attempt(release);
  }
}

/** One thing that can't be given back must not keep the others from it. */
async function attempt(release: () => Promise<unknown>): Promise<void> {
  try {
    await release();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
  }
}
