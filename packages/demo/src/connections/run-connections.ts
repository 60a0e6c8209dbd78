import { randomBytes } from 'node:crypto';
import { connectHookline, hooklineHome } from '../connect-hookline.ts';
import { formatTable, isComplete } from './cells.ts';
import { connectEmulators } from './emulators-client.ts';
import { startEmulatorsProcess } from './start-emulators-process.ts';
import { walkConnections } from './walk-connections.ts';

/**
 * `npm run demo -- connections`: connects an account of each platform at emulated providers, by their consent pages, and
 * shows that its events arrive by push and by poll until the grant is withdrawn. It needs no account anywhere.
 * @returns the exit code
 */
export async function runConnections(say: (line: string) => void): Promise<number> {
  const startedAt = performance.now();
  const hookline = await connectHookline(hooklineHome(), say);
  try {
    const emulators = await startEmulatorsProcess();
    try {
      say(`The emulated providers are at ${emulators.url}.`);
      say('Connecting six accounts. Withdrawn grants take up to 75 s, because a refusal is checked twice.');
      const { rows, problems } = await walkConnections({
        gateway: hookline.gateway,
        operatorKey: hookline.operatorKey,
        emulators: await connectEmulators(emulators.url),
        run: randomBytes(4).toString('hex'),
      });
      say('');
      for (const line of formatTable(rows)) say(line);
      for (const problem of problems) say(`  ✗ ${problem}`);
      say('');
      const isRight = isComplete(rows) && problems.length === 0;
      const seconds = Math.round((performance.now() - startedAt) / 1_000);
      if (isRight)
        say(`Every event arrived once at the endpoint, signed, and on the feed (${seconds} s in all).`);
      return isRight ? 0 : 1;
    } finally {
      await emulators.stop();
    }
  } finally {
    await hookline.release();
  }
}
