import { expect, test } from 'vitest';
import { html, inline, paragraphs } from './html.ts';

test('values of a template are escaped, in text and in attributes, and HTML is not escaped again', () => {
  const value = `<b title="x">&'`;
  expect(html`<a title="${value}">${value}</a>`.text).toBe(
    '<a title="&lt;b title=&quot;x&quot;&gt;&amp;&#39;">&lt;b title=&quot;x&quot;&gt;&amp;&#39;</a>',
  );
  expect(html`<ul>${[html`<li>1</li>`, '<']}</ul>${undefined}`.text).toBe('<ul><li>1</li>&lt;</ul>');
});

test('text between backticks is code, and a single backtick is a character', () => {
  expect(inline('send `<data>` now').text).toBe('send <code>&lt;data&gt;</code> now');
  expect(inline('one ` only').text).toBe('one ` only');
  expect(inline('`a` and ` only').text).toBe('<code>a</code> and ` only');
  expect(paragraphs('one\n\ntwo').text).toBe('<p>one</p><p>two</p>');
  expect(paragraphs(undefined).text).toBe('');
});
