import { readFileSync } from 'node:fs';
import { parseSync } from 'oxc-parser';

/** A regular expression and its place in the source. */
export interface FoundRegex {
  source: string;
  flags: string;
  /** `packages/contracts/src/event.ts:55` */
  at: string;
}

export interface FoundRegexes {
  regexes: FoundRegex[];
  /** Places where a regular expression is built from values that are known only at run time. */
  unresolved: string[];
}

interface Node {
  type: string;
  start: number;
  [member: string]: unknown;
}

interface SourceFile {
  path: string;
  text: string;
  program: Node;
  /** `const NAME = …`, anywhere in the file. */
  constants: Map<string, Node>;
}

/** String methods that convert their first argument to a regular expression. */
const MAKES_REGEX = new Set(['match', 'matchAll', 'search']);
/** Hookline functions that use their first argument as the `pattern` of a schema. */
const MAKES_PATTERN = new Set(['patternWith']);
/** How the validators of JSON Schema compile a `pattern`. */
const SCHEMA_FLAGS = 'u';

/**
 * Every regular expression that the source files write: literals, `new RegExp(…)` of constants, the `pattern` of
 * schemas, and texts that `match` takes.
 * @param paths relative to the working directory
 */
export function findRegexes(paths: readonly string[]): FoundRegexes {
  const files = paths.map(readSource);
  const found: FoundRegexes = { regexes: [], unresolved: [] };
  const resolving = new Set<Node>();
  for (const file of files) {
    visit(file.program, (node, parent) => lookAt(node, parent, file));
  }
  return found;

  function lookAt(node: Node, parent: Node | undefined, file: SourceFile): void {
    const at = `${file.path}:${lineOf(file.text, node.start)}`;
    if (node.type === 'Literal' && isNode(node['regex'], 'pattern')) {
      const { pattern, flags } = node['regex'] as unknown as { pattern: string; flags: string };
      found.regexes.push({ source: pattern, flags, at });
    } else if (node.type === 'NewExpression' || node.type === 'CallExpression') {
      lookAtCall(node, file, at);
    } else if (node.type === 'Property' && nameOf(node['key']) === 'pattern') {
      const sources = resolve(node['value'] as Node, file);
      for (const source of sources ?? []) found.regexes.push({ source, flags: SCHEMA_FLAGS, at });
      if (sources === undefined && isSchema(parent) && !isSchema(node['value'] as Node))
        found.unresolved.push(at);
    }
  }

  function lookAtCall(node: Node, file: SourceFile, at: string): void {
    const [first, second] = node['arguments'] as Node[];
    const callee = node['callee'] as Node;
    const isConstructor = callee.type === 'Identifier' && callee['name'] === 'RegExp';
    const isPattern = callee.type === 'Identifier' && MAKES_PATTERN.has(callee['name'] as string);
    const isMethod = callee.type === 'MemberExpression' && MAKES_REGEX.has(nameOf(callee['property']) ?? '');
    if ((!isConstructor && !isPattern && !isMethod) || first === undefined) return;
    const sources = resolve(first, file);
    const [flags = isPattern ? SCHEMA_FLAGS : ''] =
      (isConstructor && second !== undefined && resolve(second, file)) || [];
    for (const source of sources ?? []) found.regexes.push({ source, flags, at });
    const isLiteral = first.type === 'Literal';
    if ((isConstructor || isPattern) && sources === undefined && !isLiteral) found.unresolved.push(at);
  }

  /** The possible values of an expression; undefined if they are known only at run time. */
  function resolve(node: Node, file: SourceFile): string[] | undefined {
    switch (node.type) {
      case 'Literal':
        return typeof node['value'] === 'string' ? [node['value']] : undefined;
      case 'TemplateLiteral':
        return resolveTemplate(node, file);
      case 'BinaryExpression': {
        const left = resolve(node['left'] as Node, file);
        const right = resolve(node['right'] as Node, file);
        return left?.flatMap((head) => (right ?? []).map((tail) => head + tail));
      }
      case 'Identifier':
        return resolveName(node['name'] as string, file);
      case 'CallExpression':
        return resolveReplace(node, file);
      default:
        return undefined;
    }
  }

  function resolveTemplate(node: Node, file: SourceFile): string[] | undefined {
    const quasis = node['quasis'] as { value: { cooked: string } }[];
    let texts: string[] | undefined = [quasis[0]?.value.cooked ?? ''];
    for (const [index, expression] of (node['expressions'] as Node[]).entries()) {
      const filled = resolve(expression, file);
      const rest = quasis[index + 1]?.value.cooked ?? '';
      texts = filled && texts?.flatMap((head) => filled.map((middle) => head + middle + rest));
    }
    return texts;
  }

  /** A constant of this file, or, for an import, every constant of that name. */
  function resolveName(name: string, file: SourceFile): string[] | undefined {
    const own = file.constants.get(name);
    if (own !== undefined) return resolveConstant(own, file);
    const all = files.flatMap((other) => {
      const value = other.constants.get(name);
      return value === undefined ? [] : (resolveConstant(value, other) ?? []);
    });
    return all.length === 0 ? undefined : all;
  }

  /** Constants are known by their names only, so one of a block may seem to consist of itself. */
  function resolveConstant(value: Node, file: SourceFile): string[] | undefined {
    if (resolving.has(value)) return undefined;
    resolving.add(value);
    const texts = resolve(value, file);
    resolving.delete(value);
    return texts;
  }

  /** `NAME.replace('.', '\\.')` */
  function resolveReplace(node: Node, file: SourceFile): string[] | undefined {
    const callee = node['callee'] as Node;
    if (callee.type !== 'MemberExpression' || nameOf(callee['property']) !== 'replace') return undefined;
    const texts = resolve(callee['object'] as Node, file);
    const [from, to] = (node['arguments'] as Node[]).map((argument) => resolve(argument, file)?.[0]);
    return from === undefined || to === undefined ? undefined : texts?.map((text) => text.replace(from, to));
  }
}

function readSource(path: string): SourceFile {
  const text = readFileSync(path, 'utf8');
  const { program, errors } = parseSync(path, text);
  const [error] = errors;
  if (error !== undefined) throw new Error(`${path} cannot be parsed: ${error.message}`);
  const root = program as unknown as Node;
  const constants = new Map<string, Node>();
  visit(root, (node) => {
    const name = nameOf(node['id']);
    if (node.type === 'VariableDeclarator' && name !== undefined && isNode(node['init'], 'type')) {
      constants.set(name, node['init'] as Node);
    }
  });
  return { path, text, program: root, constants };
}

function visit(
  value: unknown,
  look: (node: Node, parent: Node | undefined) => void,
  parents: readonly (Node | undefined)[] = [],
): void {
  if (Array.isArray(value)) {
    for (const each of value) visit(each, look, parents);
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  const node = value as Node;
  const isSyntax = typeof node.type === 'string';
  if (isSyntax) look(node, parents.at(-2));
  const inner = isSyntax ? [...parents, node] : parents;
  for (const member of Object.values(node)) visit(member, look, inner);
}

/** Whether an object literal is what `Type.String(…)` is given. */
function isSchema(call: Node | undefined): boolean {
  const callee = call?.['callee'];
  return isNode(callee, 'object') && nameOf(callee['object']) === 'Type';
}

function isNode(value: unknown, member: string): value is Node {
  return typeof value === 'object' && value !== null && member in value;
}

function nameOf(value: unknown): string | undefined {
  return isNode(value, 'name') && typeof value['name'] === 'string' ? value['name'] : undefined;
}

function lineOf(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}
