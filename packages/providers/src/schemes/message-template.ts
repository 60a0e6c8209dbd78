import { type SchemeDefinition, SchemeDefinitionError } from './scheme-definition.ts';

/** A piece of the signed message. */
export type MessagePart =
  | { readonly kind: 'literal'; readonly bytes: Buffer }
  | { readonly kind: 'body' }
  | { readonly kind: 'timestamp' }
  | { readonly kind: 'header'; readonly header: string };

/**
 * Takes a template such as `v0:{timestamp}:{body}` apart.
 * @throws {SchemeDefinitionError} unknown or unterminated placeholder, a message that does not cover the body, or one
 *   that does not fit the declared timestamp: an unsigned timestamp protects from nothing
 */
export function parseMessageTemplate({ message = '{body}', timestamp }: SchemeDefinition): MessagePart[] {
  const parts: MessagePart[] = [];
  let at = 0;
  while (at < message.length) {
    const open = message.indexOf('{', at);
    const literal = message.slice(at, open === -1 ? message.length : open);
    if (literal.includes('}')) throw new SchemeDefinitionError(`"${message}" has a "}" without "{".`);
    if (literal !== '') parts.push({ kind: 'literal', bytes: Buffer.from(literal, 'utf8') });
    if (open === -1) break;
    const close = message.indexOf('}', open);
    if (close === -1) throw new SchemeDefinitionError(`"${message}" has a placeholder without end.`);
    parts.push(parsePlaceholder(message.slice(open + 1, close), message));
    at = close + 1;
  }
  if (!parts.some((part) => part.kind === 'body')) {
    throw new SchemeDefinitionError(`"${message}" does not cover the body.`);
  }
  if (parts.some((part) => part.kind === 'timestamp') !== (timestamp !== undefined)) {
    throw new SchemeDefinitionError(
      `"${message}" and the scheme's timestamp do not fit: sign it and declare it.`,
    );
  }
  return parts;
}

function parsePlaceholder(name: string, message: string): MessagePart {
  if (name === 'body') return { kind: 'body' };
  if (name === 'timestamp') return { kind: 'timestamp' };
  const header = /^header:([a-z0-9-]+)$/.exec(name)?.[1];
  if (header !== undefined) return { kind: 'header', header };
  throw new SchemeDefinitionError(`"${message}" has the unknown placeholder "{${name}}".`);
}
