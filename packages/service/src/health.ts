/** Resolves if the part can do its work; rejects with the reason if it cannot. */
export type ReadinessCheck = () => void | Promise<void>;

/** The check of a part that describes its own problem; undefined: it has none. */
export function checkProblem(part: { readonly problem: string | undefined }): ReadinessCheck {
  return () => {
    if (part.problem !== undefined) throw new Error(part.problem);
  };
}

export interface Readiness {
  ready: boolean;
  checks: Record<string, { ok: boolean; problem?: string }>;
}

/** The checks of a service, which /readyz runs. */
export interface Health {
  addCheck(name: string, check: ReadinessCheck): void;
  /** A check that /readyz shows, but that does not make the service unready: it can do some of its work all the same. */
  addInformation(name: string, check: ReadinessCheck): void;
  /** From now on /readyz answers 503, so that no new requests are sent to this replica. */
  startDraining(): void;
  readonly draining: boolean;
  readiness(): Promise<Readiness>;
}

/** @param timeoutMs a check that takes longer fails; default 2 s */
export function createHealth(timeoutMs = 2_000): Health {
  const checks = new Map<string, { check: ReadinessCheck; decides: boolean }>();
  let draining = false;

  async function run(check: ReadinessCheck): Promise<{ ok: boolean; problem?: string }> {
    let timer: NodeJS.Timeout | undefined;
    try {
      const late = new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(new Error(`no answer in ${timeoutMs} ms`)), timeoutMs);
      });
      await Promise.race([(async () => check())(), late]);
      return { ok: true };
    } catch (error) {
      return { ok: false, problem: error instanceof Error ? error.message : String(error) };
    } finally {
      clearTimeout(timer);
    }
  }

  return {
    addCheck: (name, check) => void checks.set(name, { check, decides: true }),
    addInformation: (name, check) => void checks.set(name, { check, decides: false }),
    startDraining: () => {
      draining = true;
    },
    get draining() {
      return draining;
    },
    async readiness() {
      const results = await Promise.all(
        [...checks].map(async ([name, { check, decides }]) => ({ name, decides, result: await run(check) })),
      );
      if (draining) {
        const problem = 'this replica is draining';
        results.push({ name: 'shutdown', decides: true, result: { ok: false, problem } });
      }
      return {
        ready: results.every(({ decides, result }) => !decides || result.ok),
        checks: Object.fromEntries(results.map(({ name, result }) => [name, result])),
      };
    },
  };
}
