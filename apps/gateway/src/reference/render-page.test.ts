import { readFileSync } from 'node:fs';
import { createOpenApi } from '@hookline/contracts';
import type { CliCalls } from '@hookline/contracts/shell';
import { expect, test } from 'vitest';
import { describeOperations } from './described-operation.ts';
import { renderErrors, renderOperation, renderOverview } from './render-page.ts';

const FILES = { style: '/docs/assets/1/reference.css', script: '/docs/assets/1/reference.js' };
const CLI_CALLS = JSON.parse(
  readFileSync(new URL('../../assets/cli-calls.json', import.meta.url), 'utf8'),
) as CliCalls;
const operations = describeOperations(createOpenApi());
const pageOf = (id: string) => {
  const operation = operations.find((each) => each.id === id);
  if (operation === undefined) throw new Error(`no ${id}`);
  return renderOperation(operation, operations, FILES, CLI_CALLS);
};

test('no page has an inline script, an inline style or an address of another origin', () => {
  for (const page of [renderOverview(operations, FILES), ...operations.map(({ id }) => pageOf(id))]) {
    expect(page).not.toMatch(/<style|\sstyle=|\son\w+=|javascript:/);
    expect(page.match(/<script[^>]*>/g)).toEqual([`<script type="module" src="${FILES.script}">`]);
    expect(page.match(/(?:src|href|action)="[^"]*\/\/[^"]*"/g)).toBeNull();
  }
});

test('the overview links to every operation, and each page marks its own link', () => {
  const overview = renderOverview(operations, FILES);
  for (const { id, path } of operations) {
    expect(overview).toContain(`<a href="/docs/api/${id}"><code>${path}</code></a>`);
    expect(pageOf(id).match(/href="\/docs\/api\/(\w+)" aria-current="page"/)?.[1]).toBe(id);
  }
});

test('the page of an operation has its parameters, its fields with type and bounds, its scope and its calls', () => {
  const page = pageOf('createEndpoint');
  expect(page).toContain('<span class="name">maxRetries</span>');
  // An answer that combines two schemas has the fields of both.
  expect(page.slice(page.indexOf('Answer'))).toContain('<span class="name">secret</span>');
  expect(page).toContain('Scope: <code>endpoints:write</code>.');
  expect(page).toContain('curl -X POST &quot;$HOOKLINE_URL/api/webhooks&quot;');
  expect(page).toContain('await hookline.call(&#39;createEndpoint&#39;');
  expect(page).toContain('hookline endpoints create \\\n  --name ');
  expect(page.match(/<label for="way-\d">\w+/g)).toHaveLength(3);
  expect(pageOf('listDeliveries')).toContain(
    '<span class="name">cursor</span> <span class="type">string</span>',
  );
});

test('an operation that no command calls has no tab of the command line', () => {
  const page = pageOf('queryGraphql');
  expect(page.match(/<label for="way-\d">\w+/g)).toEqual([
    '<label for="way-0">curl',
    '<label for="way-1">SDK',
  ]);
});

test('the page of errors has a section for each code, to which the type of problem details leads', () => {
  const texts = [{ topic: 'The request', code: 'not_found', text: '404. There is no `x`.\n\nCheck <it>.' }];
  const page = renderErrors(texts, operations, FILES);
  expect(page).toContain('id="not_found"');
  expect(page).toContain('<p>404. There is no <code>x</code>.</p><p>Check &lt;it&gt;.</p>');
});

test('a search finds an operation by its name, its address, and the names of its fields', () => {
  const found = (page: string, id: string) =>
    page.match(new RegExp(`data-search="([^"]*)"><a href="/docs/api/${id}"`))?.[1];
  const text = found(renderOverview(operations, FILES), 'createEndpoint');
  for (const word of ['createendpoint', '/api/webhooks', 'post', 'maxretries']) expect(text).toContain(word);
});
