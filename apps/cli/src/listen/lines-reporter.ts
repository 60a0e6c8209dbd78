import { countNouns } from '@hookline/contracts';
import { safeBlock, safeJson, safeLine } from '../terminal/safe-text.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { describeForwarding, hasFailed } from './describe-forwarding.ts';
import { describeState } from './describe-state.ts';
import type { Forwarding } from './forwarder.ts';
import { describeRecord } from './record.ts';
import type { Reporter } from './reporter.ts';

export interface LinesOptions {
  /** `lines`: one line for each result. `json`: the same as an object. `quiet`: failures only. */
  output: 'lines' | 'json' | 'quiet';
  showSkipped: boolean;
  /** Shows the body of each answer. */
  showResponse: boolean;
}

/** Shows events as lines on stdout, and states as lines on stderr. */
export function createLinesReporter(terminal: Terminal, options: LinesOptions): Reporter {
  const { output, showSkipped, showResponse } = options;
  let lastState = '';
  return {
    note: (text) => terminal.err(`${text}\n`),
    state(state) {
      const text = describeState(state);
      if (text !== lastState) terminal.err(`${text}\n`);
      lastState = text;
    },
    change(forwarding) {
      const { state } = forwarding;
      if (state !== 'done' && !(state === 'skipped' && showSkipped)) return;
      if (output === 'json') {
        terminal.out(`${safeJson(describeRecord(forwarding))}\n`);
        return;
      }
      if (output === 'quiet' && !hasFailed(forwarding)) return;
      terminal.out(`${describeForwarding(forwarding, terminal.paintOut)}\n`);
      if (showResponse) terminal.out(describeBody(forwarding));
    },
    holding: (host, held, reason) =>
      terminal.err(
        held === 0
          ? `${host} answers again\n`
          : `${host} refuses; holding ${countNouns(held, 'event')} (${safeLine(reason)})\n`,
      ),
    close() {},
  };
}

function describeBody({ result }: Forwarding): string {
  if (result?.kind !== 'answered' || result.body.length === 0) return '';
  const text = safeBlock(new TextDecoder().decode(result.body)).trimEnd();
  return `${text.replaceAll(/^/gm, '    ')}\n`;
}
