import type { Emulator } from './core/emulator.ts';
import { DEFAULT_CLIENT_SECRET } from './core/oauth/common-operations.ts';
import { originsAt } from './origins.ts';

/** What a person sees at the address of the emulators: where everything is, and what can be done. */
export function homePage(url: string, emulators: readonly Emulator[]): string {
  const sections = emulators.map(
    ({ provider, operations }) => `<h2>${provider}</h2>
<p>${Object.keys(operations)
      .map((name) => `<code>${name}</code>`)
      .join(', ')}</p>`,
  );
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Emulated providers</title>
<style>body{font:16px system-ui;max-width:48rem;margin:3rem auto;padding:0 1rem}pre{overflow:auto}</style>
<body><h1>Emulated providers</h1>
<p>There are no real accounts here. The secret of every application is <code>${DEFAULT_CLIENT_SECRET}</code>; their
client ids are <code>emulated-github-app</code>, <code>emulated-github-oauth-app</code>,
<code>emulated-google-app</code>, <code>emulated-google-app-testing</code>, <code>emulated-slack-app</code>,
<code>emulated-slack-app-plain</code>, <code>emulated-spotify-app</code> and <code>emulated-discord-app</code>.</p>
<p>Each operation below is a <code>POST</code> of JSON, for example:</p>
<pre>curl ${url}/_control/google/addMessage -H 'content-type: application/json' \\
  -d '{"account": "ada@example.com", "subject": "Hello"}'</pre>
${sections.join('\n')}
<h2>Origins</h2>
<p>The setting <code>origins</code> of each provider's application:</p>
<pre>${JSON.stringify(originsAt(url), null, 2)}</pre>
<p>See also <a href="/_control/log">the calls so far</a>, <a href="/_control/exchanges">the exchanges of refresh
tokens</a> and <a href="/_control/clock">the clock</a>.</p></body></html>`;
}
