import type { Emulator } from './core/emulator.ts';
import { escapeHtml } from './core/html.ts';
import { originsAt } from './origins.ts';
import { DEFAULT_CLIENT_SECRET } from './start-applications.ts';

/** What a person sees at the address of the emulators: where everything is, and a button for each operation. */
export function homePage(url: string, emulators: readonly Emulator[]): string {
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Emulated providers</title>
<style>body{font:16px system-ui;max-width:48rem;margin:3rem auto;padding:0 1rem}pre{overflow:auto}
textarea{width:100%;font:14px monospace;box-sizing:border-box}button{font:inherit}summary{cursor:pointer}</style>
<body><h1>Emulated providers</h1>
<p>There are no real accounts here. The secret of every application below is <code>${DEFAULT_CLIENT_SECRET}</code>. See
also <a href="/_control/log">the calls so far</a>, <a href="/_control/exchanges">the exchanges of refresh tokens</a>
and <a href="/_control/clock">the clock</a>.</p>
<h2>Time</h2>
${form('/_control/clock', 'move the clock', { advanceSeconds: 3600 })}
<h2>Disturbances</h2>
${form('/_control/faults', 'disturb the next call', { kind: 'status', status: 503, path: 'api.github.com' })}
${emulators.map(section).join('\n')}
<h2>Origins</h2>
<p>The setting <code>origins</code> of each provider's application:</p>
<pre>${escapeHtml(JSON.stringify(originsAt(url), null, 2))}</pre>
<script>
for (const form of document.querySelectorAll('form')) {
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const body = form.querySelector('textarea').value;
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(form.action, { method: 'POST', headers, body });
    form.querySelector('pre').textContent = answer.status + ' ' + (await answer.text());
  });
}
</script></body></html>`;
}

function section({ provider, operations, clientIds, accountNames }: Emulator): string {
  const forms = Object.entries(operations).map(([name, { schema }]) =>
    form(`/_control/${provider}/${name}`, name, exampleOf(schema)),
  );
  return `<h2>${escapeHtml(provider)}</h2>
<p>Applications: ${codes(clientIds())}. Accounts: ${codes(accountNames())}.</p>
${forms.join('\n')}`;
}

function form(action: string, title: string, example: unknown): string {
  const text = JSON.stringify(example, null, 2);
  return `<details><summary>${escapeHtml(title)}</summary><form method="post" action="${escapeHtml(action)}">
<textarea rows="${text.split('\n').length}">${escapeHtml(text)}</textarea><button>${escapeHtml(title)}</button>
<pre></pre></form></details>`;
}

function codes(names: readonly string[]): string {
  return names.map((name) => `<code>${escapeHtml(name)}</code>`).join(', ');
}

/** The required members of an input, each with the name of its type. */
function exampleOf(schema: unknown): Record<string, unknown> {
  const { properties = {}, required = [] } = schema as {
    properties?: Record<string, { type?: string; items?: object }>;
    required?: readonly string[];
  };
  const values: Readonly<Record<string, unknown>> = { string: '', integer: 0, number: 0, boolean: true };
  const example: Record<string, unknown> = {};
  for (const name of required) {
    const type = properties[name]?.type ?? 'string';
    example[name] = type === 'array' ? [] : type === 'object' ? {} : values[type];
  }
  return example;
}
