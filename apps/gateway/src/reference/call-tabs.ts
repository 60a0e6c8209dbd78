import type { CliCalls } from '@hookline/contracts/shell';
import { clientLines, curlLines } from './call-lines.ts';
import { cliLines } from './cli-lines.ts';
import { type DescribedOperation, exampleCall } from './described-operation.ts';
import { type Html, html } from './html.ts';

/** The call as lines to copy: one tab for each way. The tabs are radio buttons, so that they work without a script. */
export function callTabs(operation: DescribedOperation, cliCalls: CliCalls): Html {
  const call = exampleCall(operation);
  const ways = [
    { name: 'curl', lines: curlLines(operation, call) },
    { name: 'SDK', lines: clientLines(operation, call) },
    { name: 'CLI', lines: cliLines(operation, call, cliCalls) },
  ].filter(({ lines }) => lines !== undefined);
  return html`<div class="tabs" role="group" aria-label="How to call it">${ways.map(
    ({ name, lines }, index) =>
      html`<input type="radio" name="way" id="way-${index}"${index === 0 ? html` checked` : ''}><label for="way-${index}">${name}</label><pre class="way"><code>${lines}</code></pre>`,
  )}</div>`;
}
