// The script of the API reference: search, and sending a call. Everything else works without it.

const search = /** @type {HTMLInputElement} */ (document.getElementById('search'));
const none = /** @type {HTMLElement} */ (document.getElementById('none'));

function filter() {
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  let found = 0;
  for (const section of document.querySelectorAll('nav section')) {
    let inSection = 0;
    for (const item of section.querySelectorAll('li')) {
      const text = item.dataset.search ?? '';
      item.hidden = !words.every((word) => text.includes(word));
      if (!item.hidden) inSection++;
    }
    /** @type {HTMLElement} */ (section).hidden = inSection === 0;
    found += inSection;
  }
  none.hidden = found > 0;
}

search.addEventListener('input', filter);
search.addEventListener('keydown', (event) => {
  if (event.key === 'Escape') {
    search.value = '';
    filter();
    search.blur();
  }
  if (event.key === 'Enter') {
    const first = document.querySelector('nav section:not([hidden]) li:not([hidden]) a');
    if (first instanceof HTMLAnchorElement) first.click();
  }
});
document.addEventListener('keydown', (event) => {
  const isTyping = event.target instanceof HTMLElement && event.target.matches('input, textarea');
  if (event.key !== '/' || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  search.focus();
});
document.querySelector('nav [aria-current="page"]')?.scrollIntoView({ block: 'center' });

for (const form of document.querySelectorAll('form.try')) {
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void send(/** @type {HTMLFormElement} */ (form));
  });
}

/** @param {HTMLFormElement} form */
async function send(form) {
  const { method = 'GET', path = '' } = form.dataset;
  const fields = new FormData(form);
  const query = new URLSearchParams();
  let url = path;
  /** @type {Record<string, string>} */
  const headers = { 'X-Hookline-Csrf': '1' };
  for (const [field, value] of fields) {
    const [place, name] = field.split(':');
    if (value === '') continue;
    if (place === 'path') url = url.replace(`{${name}}`, encodeURIComponent(String(value)));
    if (place === 'query' && name !== undefined) query.set(name, String(value));
  }
  const key = fields.get('key');
  if (key) headers['Authorization'] = `Bearer ${key}`;
  const body = fields.get('body');
  if (body !== null) headers['Content-Type'] = 'application/json';
  const result = /** @type {HTMLElement} */ (form.querySelector('.result'));
  const button = /** @type {HTMLButtonElement} */ (form.querySelector('button'));
  button.disabled = true;
  const startedAt = performance.now();
  try {
    const search = query.toString();
    const answer = await fetch(`${url}${search === '' ? '' : `?${search}`}`, {
      method,
      headers,
      credentials: 'same-origin',
      ...(body !== null && { body: String(body) }),
    });
    const text = await answer.text();
    const ms = Math.round(performance.now() - startedAt);
    result.textContent = `${answer.status} ${answer.statusText} · ${ms} ms\n\n${indent(text)}`;
    result.dataset.outcome = answer.ok ? 'ok' : 'failed';
  } catch (error) {
    result.textContent = `The call was not answered: ${error instanceof Error ? error.message : error}`;
    result.dataset.outcome = 'failed';
  } finally {
    result.hidden = false;
    button.disabled = false;
  }
}

/**
 * Indents JSON without parsing numbers: their digits stay as they are.
 * @param {string} text
 */
function indent(text) {
  if (!/^\s*[[{]/.test(text) || text.length > 500_000) return text;
  let depth = 0;
  let isInText = false;
  let shown = '';
  for (let at = 0; at < text.length; at++) {
    const one = text[at];
    if (isInText) {
      shown += one;
      if (one === '\\') shown += text[++at] ?? '';
      else if (one === '"') isInText = false;
      continue;
    }
    if (one === '"') isInText = true;
    if (one === '{' || one === '[') {
      const closes = text[at + 1] === '}' || text[at + 1] === ']';
      shown += closes ? one : `${one}\n${'  '.repeat(++depth)}`;
      if (closes) shown += text[++at];
    } else if (one === '}' || one === ']') shown += `\n${'  '.repeat(--depth)}${one}`;
    else if (one === ',') shown += `,\n${'  '.repeat(depth)}`;
    else if (one === ':') shown += ': ';
    else shown += one;
  }
  return shown;
}
