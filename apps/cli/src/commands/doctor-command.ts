import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { CliError } from '../cli-error.ts';
import type { Account } from '../config/choose-account.ts';
import { isReadableByOthers } from '../config/config-file.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import type { Gateway } from '../gateway/gateway.ts';
import { reasonOf } from '../gateway/to-cli-error.ts';
import { safeJson, safeLine } from '../terminal/safe-text.ts';
import { nameOf, readCaller } from './read-caller.ts';

interface Check {
  name: string;
  /** Null: it does not matter, or was not reached. */
  ok: boolean | null;
  detail: string;
  /** The exit code of the command if this check fails. */
  exitCode: ExitCode;
}

const TIMEOUT_MS = 5_000;
/** A signature with a time this far off is refused by most receivers. */
const LARGE_SKEW_MS = 60_000;

export function registerDoctor(command: Command, context: Context): void {
  command.action(
    context.act(async () => {
      const { terminal } = context;
      const isJson = context.options(command).json === true;
      let exitCode: ExitCode = EXIT.ok;
      for await (const check of examine(command, context)) {
        if (check.ok === false && exitCode === EXIT.ok) exitCode = check.exitCode;
        if (isJson) terminal.out(`${safeJson({ name: check.name, ok: check.ok, detail: check.detail })}\n`);
        else {
          const sign =
            check.ok === null
              ? terminal.paintOut('dim', '–')
              : check.ok
                ? terminal.paintOut('green', '✓')
                : terminal.paintOut('red', '✗');
          terminal.out(`${sign} ${check.name.padEnd(11)}  ${safeLine(check.detail)}\n`);
        }
      }
      return exitCode;
    }),
  );
}

/** The checks in their order. It ends with the first one without which the others make no sense. */
async function* examine(command: Command, context: Context): AsyncGenerator<Check> {
  const { paths, terminal } = context;
  yield { name: 'cli', ok: true, detail: `Node ${process.version}`, exitCode: EXIT.error };
  yield checkFile(paths.config);

  let account: Account;
  try {
    account = context.account(command);
  } catch (error) {
    yield { name: 'credentials', ok: false, ...failure(error, EXIT.notAuthenticated) };
    return;
  }
  const named =
    terminal.env['HOOKLINE_KEY'] && account.keyFrom !== 'HOOKLINE_KEY' ? '; HOOKLINE_KEY is not used' : '';
  yield {
    name: 'credentials',
    ok: true,
    detail: `${account.url}, with the key of ${account.keyFrom}${named}`,
    exitCode: EXIT.notAuthenticated,
  };
  yield* checkGateway(account);
  const gateway = context.gateway(command);
  try {
    yield {
      name: 'key',
      ok: true,
      detail: `accepted: ${nameOf(await readCaller(gateway))}`,
      exitCode: EXIT.notAuthenticated,
    };
  } catch (error) {
    yield { name: 'key', ok: false, ...failure(error, EXIT.error) };
    return;
  }
  yield await checkFeed(gateway);
}

function checkFile(path: string): Check {
  if (!existsSync(path))
    return { name: 'config', ok: null, detail: `${path} does not exist`, exitCode: EXIT.error };
  return isReadableByOthers(path)
    ? { name: 'config', ok: false, detail: `${path} can be read by others: chmod 600`, exitCode: EXIT.error }
    : { name: 'config', ok: true, detail: `${path}, which only you can read`, exitCode: EXIT.error };
}

async function* checkGateway({ url }: Account): AsyncGenerator<Check> {
  const start = performance.now();
  try {
    const answer = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    const ms = Math.round(performance.now() - start);
    yield {
      name: 'gateway',
      ok: answer.ok,
      detail: answer.ok
        ? `ready, answered in ${ms} ms`
        : `reached, but not ready: ${answer.status} ${(await answer.text()).slice(0, 300)}`,
      exitCode: EXIT.error,
    };
    const date = Date.parse(answer.headers.get('date') ?? '');
    if (!Number.isNaN(date)) {
      const skewMs = Date.now() - date;
      yield {
        name: 'clock',
        ok: Math.abs(skewMs) < LARGE_SKEW_MS,
        detail: `${Math.abs(Math.round(skewMs / 1_000))} s ${skewMs < 0 ? 'behind' : 'ahead of'} the gateway's`,
        exitCode: EXIT.error,
      };
    }
  } catch (error) {
    yield {
      name: 'gateway',
      ok: false,
      detail: `cannot be reached: ${reasonOf(error)}`,
      exitCode: EXIT.unreachable,
    };
  }
}

/** A proxy may let HTTP through and no WebSocket. */
function checkFeed(gateway: Gateway): Promise<Check> {
  return new Promise((resolve) => {
    const end = (ok: boolean, detail: string) => {
      clearTimeout(timer);
      feed.close();
      resolve({ name: 'live feed', ok, detail, exitCode: EXIT.unreachable });
    };
    const timer = setTimeout(() => end(false, `not live within ${TIMEOUT_MS / 1_000} s`), TIMEOUT_MS);
    const feed = gateway.follow({
      filters: [{}],
      onEvent() {},
      onGap() {},
      onState(state) {
        // Called again when it closes.
        if (state.status === 'live') setImmediate(() => end(true, 'live'));
        else if (state.status === 'waiting' || state.status === 'refused')
          setImmediate(() => end(false, state.reason));
      },
    });
  });
}

const failure = (error: unknown, exitCode: ExitCode): { detail: string; exitCode: ExitCode } =>
  error instanceof CliError
    ? {
        detail: `${error.message}${error.hint === undefined ? '' : ` ${error.hint}`}`,
        exitCode: error.exitCode,
      }
    : { detail: reasonOf(error), exitCode };
