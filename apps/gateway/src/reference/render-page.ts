import type { CliCalls } from '@hookline/contracts/shell';
import { callTabs } from './call-tabs.ts';
import { type DescribedOperation, exampleCall, type Parameter } from './described-operation.ts';
import { type Html, html, inline, paragraphs } from './html.ts';
import { renderFacts, renderSchema } from './render-schema.ts';
import { boundsText, typeText } from './schema.ts';

/** Where the pages are mounted. */
export const REFERENCE_PATH = '/docs/api';

/** Where the page of the error codes is mounted. The `type` of problem details leads to its sections. */
export const ERRORS_PATH = '/docs/errors';

/** A code of the API's errors with its text, whose paragraphs are separated by empty lines. */
export interface ErrorText {
  readonly topic: string;
  readonly code: string;
  readonly text: string;
}

/** The addresses of the files of a page, with a hash of their content. */
export interface PageFiles {
  readonly style: string;
  readonly script: string;
}

/** The page with every operation by its topic. */
export function renderOverview(operations: readonly DescribedOperation[], files: PageFiles): string {
  const tags = groupByTag(operations);
  return renderPage(
    { title: 'API reference', operations, current: undefined, files },
    html`<h1>API reference</h1>
<p>Send each call to this origin, with <code>Authorization: Bearer</code> and an API key (<code>hl_…</code>) or a JWT.
A success is <code>{"data": …}</code>, and lists add <code>page</code>. An error is
<code>{"error", "code", "requestId"}</code> with a fitting status; <code>code</code> is stable.
The document for programs is <a href="/openapi.json">/openapi.json</a> (OpenAPI 3.1).</p>
${[...tags].map(
  ([tag, members]) =>
    html`<section><h2>${tag}</h2><table class="operations">${members.map(
      (each) =>
        html`<tr><td>${renderMethod(each.method)}</td><td><a href="${hrefOf(each)}"><code>${each.path}</code></a></td><td>${inline(each.summary)}</td></tr>`,
    )}</table></section>`,
)}`,
  );
}

/** The page of one operation: its parameters, its body, its answer, and how to call it. */
export function renderOperation(
  operation: DescribedOperation,
  operations: readonly DescribedOperation[],
  files: PageFiles,
  cliCalls: CliCalls,
): string {
  const { method, path, summary, description, body, answer, status } = operation;
  return renderPage(
    { title: summary, operations, current: operation.id, files },
    html`<p class="tag">${operation.tag}</p>
<h1>${inline(summary)}</h1>
<p class="address">${renderMethod(method)} <code>${path}</code></p>
<div class="columns"><div class="description">
${paragraphs(description)}
${renderParameters('Path', operation.parameters, 'path')}
${renderParameters('Query', operation.parameters, 'query')}
${renderParameters('Headers', operation.parameters, 'header')}
${body && html`<h2>Body${body.required ? '' : html` <span class="note">optional</span>`}</h2>${renderSchema(body.schema)}`}
<h2>Answer <span class="note">${status}</span></h2>
${answer === undefined ? html`<p>Bytes, with the content type of their own.</p>` : renderSchema(answer)}
</div><div class="call">${callTabs(operation, cliCalls)}${renderTry(operation)}</div></div>`,
  );
}

/** The page of the error codes, with a section for each. */
export function renderErrors(
  texts: readonly ErrorText[],
  operations: readonly DescribedOperation[],
  files: PageFiles,
): string {
  const topics = [...new Set(texts.map(({ topic }) => topic))];
  return renderPage(
    { title: 'Errors', operations, current: ERRORS_PATH, files },
    html`<h1>Errors</h1>
<p>Every error answer has a stable <code>code</code> for programs, a text for people, and the <code>requestId</code> that
the logs name.</p>
${topics.map(
  (topic) =>
    html`<section><h2>${topic}</h2>${texts
      .filter((each) => each.topic === topic)
      .map(
        ({ code, text }) =>
          html`<section class="error" id="${code}"><h3><a href="#${code}"><code>${code}</code></a></h3>${paragraphs(text)}</section>`,
      )}</section>`,
)}`,
  );
}

function renderParameters(title: string, all: readonly Parameter[], place: Parameter['in']): Html {
  const parameters = all.filter((each) => each.in === place);
  if (parameters.length === 0) return html``;
  return html`<h2>${title}</h2><div class="schema"><ul>${parameters.map(
    ({ name, required, schema, description }) =>
      html`<li><span class="name">${name}</span> <span class="type">${typeText(schema)}</span>${
        required && place !== 'path' ? html` <span class="required">required</span>` : ''
      }${renderFacts({ ...schema, ...(description !== undefined && { description }) })}</li>`,
  )}</ul></div>`;
}

/** The form that sends the call. The script of the page reads its attributes. */
function renderTry(operation: DescribedOperation): Html {
  const { method, path, parameters, body } = operation;
  const example = exampleCall(operation);
  const fields = parameters.filter((each) => each.in !== 'header');
  return html`<form class="try" data-method="${method}" data-path="${path}">
<h2>Try it</h2>
<p class="facts">The call is sent from this page to this origin, with the session of this browser or with the key below. The
key stays in this page.</p>
<label>API key <input name="key" type="password" autocomplete="off" placeholder="hl_…"></label>
${fields.map(
  ({ name, in: place, required, schema }) =>
    html`<label>${name} <input name="${place}:${name}" placeholder="${boundsText(schema) ?? typeText(schema)}"${
      required ? html` required` : ''
    }${example.parameters[name] !== undefined && place === 'query' ? html` value="${example.parameters[name]}"` : ''}></label>`,
)}
${body && html`<label>Body <textarea name="body" rows="10" spellcheck="false">${JSON.stringify(example.body, null, 2)}</textarea></label>`}
<button type="submit">Send</button>${method === 'GET' ? '' : html` <span class="note">This changes data.</span>`}
<pre class="result" aria-live="polite" hidden></pre>
</form>`;
}

interface Frame {
  readonly title: string;
  readonly operations: readonly DescribedOperation[];
  /** The id of the operation that the page shows, or the address of another page. */
  readonly current: string | undefined;
  readonly files: PageFiles;
}

function renderPage({ title, operations, current, files }: Frame, content: Html): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · Hookline</title>
<link rel="stylesheet" href="${files.style}">
<script type="module" src="${files.script}"></script>
</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
<nav aria-label="Operations">
<p class="home"><a href="${REFERENCE_PATH}"${current === undefined ? html` aria-current="page"` : ''}>Hookline API</a></p>
<p class="home"><a href="${ERRORS_PATH}"${current === ERRORS_PATH ? html` aria-current="page"` : ''}>Errors</a></p>
<input id="search" type="search" placeholder="Search (/)" aria-label="Search the operations" autocomplete="off">
<p id="none" class="note" hidden>No operation matches.</p>
${[...groupByTag(operations)].map(
  ([tag, members]) =>
    html`<section><h2>${tag}</h2><ul>${members.map(
      (each) =>
        html`<li data-search="${searchText(each)}"><a href="${hrefOf(each)}"${
          each.id === current ? html` aria-current="page"` : ''
        }>${renderMethod(each.method)} ${inline(each.summary)}</a></li>`,
    )}</ul></section>`,
)}
</nav>
<main id="content">${content}</main>
</body>
</html>
`.text;
}

const renderMethod = (method: string) => html`<span class="method ${method.toLowerCase()}">${method}</span>`;

const hrefOf = ({ id }: DescribedOperation) => `${REFERENCE_PATH}/${id}`;

/** What a search finds an operation by: its name, address, summary, and the names of its parameters and fields. */
function searchText({ id, method, path, summary, tag, parameters, body }: DescribedOperation): string {
  const names = [...parameters.map(({ name }) => name), ...Object.keys(body?.schema.properties ?? {})];
  return [id, method, path, summary, tag, ...names].join(' ').toLowerCase();
}

function groupByTag(operations: readonly DescribedOperation[]): Map<string, DescribedOperation[]> {
  const groups = new Map<string, DescribedOperation[]>();
  for (const operation of operations) {
    const group = groups.get(operation.tag);
    if (group) group.push(operation);
    else groups.set(operation.tag, [operation]);
  }
  return groups;
}
