import { type Html, html, inline } from './html.ts';
import { boundsText, branchesOf, combined, isNullable, type Schema, typeText, valuesOf } from './schema.ts';

/** A schema deeper than this is shown by its type alone. */
const MAX_DEPTH = 12;

/** A schema as a tree that unfolds: one row for each field. */
export function renderSchema(schema: Schema): Html {
  const children = childrenOf(schema, 0);
  return html`<div class="schema">${children ?? renderValue(schema)}</div>`;
}

/** One field: its name, its type, its description, and its own fields. */
function renderField(name: string, schema: Schema, isRequired: boolean, depth: number): Html {
  const children = depth < MAX_DEPTH ? childrenOf(schema, depth + 1) : undefined;
  const head = html`<span class="name">${name}</span> ${renderType(schema)}${isRequired ? html` <span class="required">required</span>` : ''}${
    schema.readOnly ? html` <span class="note">read-only</span>` : ''
  }`;
  if (children === undefined) return html`<li>${head}${renderFacts(schema)}</li>`;
  return html`<li><details${depth === 0 ? html` open` : ''}><summary>${head}</summary>${renderFacts(schema)}${children}</details></li>`;
}

function childrenOf(given: Schema, depth: number): Html | undefined {
  const schema = combined(given);
  if (schema.type === 'array') return schema.items && childrenOf(schema.items, depth);
  const branches = branchesOf(schema);
  if (branches.length === 1 && branches[0]) return childrenOf(branches[0], depth);
  if (branches.length > 1) {
    const shown = branches.map((branch) => childrenOf(branch, depth));
    if (shown.every((each) => each === undefined)) return undefined;
    return html`<p class="facts">One of:</p><ol class="branches">${branches.map(
      (branch, index) => html`<li>${shown[index] ?? renderValue(branch)}</li>`,
    )}</ol>`;
  }
  const { properties, required = [] } = schema;
  const values = valuesOf(schema);
  const rows = Object.entries(properties ?? {}).map(([name, property]) =>
    renderField(name, property, required.includes(name) && property.default === undefined, depth),
  );
  if (values !== undefined) rows.push(renderField('any name', values, false, depth));
  return rows.length === 0 ? undefined : html`<ul>${rows}</ul>`;
}

const renderValue = (schema: Schema) => html`<p>${renderType(schema)}</p>${renderFacts(schema)}`;

function renderType(schema: Schema): Html {
  const branches = branchesOf(schema);
  const [only] = branches;
  const text =
    branches.length === 1 && only
      ? `${typeText(only)}${isNullable(schema) ? ' or null' : ''}`
      : typeText(schema);
  return html`<span class="type">${text}</span>`;
}

/** The description, the bounds and the default. */
export function renderFacts(schema: Schema): Html {
  const inner =
    schema.anyOf === undefined
      ? undefined
      : branchesOf(schema)
          .map(boundsText)
          .find((text) => text !== undefined);
  const facts = [
    schema.description === undefined ? undefined : inline(schema.description),
    boundsText(schema) ?? inner,
    schema.default === undefined ? undefined : html`default <code>${JSON.stringify(schema.default)}</code>`,
  ].filter((fact) => fact !== undefined);
  return html`${facts.map((fact) => html`<p class="facts">${fact}</p>`)}`;
}
