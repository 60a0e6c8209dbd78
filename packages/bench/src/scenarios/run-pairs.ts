export interface Pair<Bare, Ours> {
  bare: Bare;
  ours: Ours;
}

/**
 * Runs both sides again and again, each pair in the other order, so that neither a machine that gets slower nor what
 * one side leaves behind counts for one of them only. The first pair warms both up and is dropped: V8 compiles what runs
 * often, and Postgres caches what it plans.
 */
export async function runPairs<Bare, Ours>(
  pairs: number,
  sides: { bare: (warmUp: boolean) => Promise<Bare>; ours: (warmUp: boolean) => Promise<Ours> },
  say: (line: string) => void,
): Promise<Pair<Bare, Ours>[]> {
  const measured: Pair<Bare, Ours>[] = [];
  for (let n = 0; n <= pairs; n++) {
    const title = n === 0 ? 'warm-up' : `pair ${n} of ${pairs}`;
    const runBare = () => {
      say(`${title}: bare`);
      return sides.bare(n === 0);
    };
    const runOurs = () => {
      say(`${title}: ours`);
      return sides.ours(n === 0);
    };
    let pair: Pair<Bare, Ours>;
    if (n % 2 === 0) {
      const bare = await runBare();
      pair = { bare, ours: await runOurs() };
    } else {
      const ours = await runOurs();
      pair = { bare: await runBare(), ours };
    }
    if (n > 0) measured.push(pair);
  }
  return measured;
}
