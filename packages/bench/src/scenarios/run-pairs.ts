export interface Pair<Bare, Ours> {
  bare: Bare;
  ours: Ours;
}

/**
 * Runs both sides repeatedly and alternates their order, so that a machine that gets slower, or work that one side leaves
 * behind, affects both sides equally. The first pair warms up V8's compiler and Postgres's caches, and is dropped.
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
