import { isUtf8 } from 'node:buffer';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { type Rejection, reject } from '../../rejection.ts';
import { isJsonObject, type JsonObject } from '../json/json-access.ts';

const MAX_NESTED_TAGS = 20;

/**
 * Creates a reader of XML bodies. It removes namespace prefixes, turns attributes into members with `@`, and keeps all
 * values as texts. It refuses a document type, and thus every entity that a document could define.
 * @param lists names that may occur several times; they become arrays
 */
export function createXmlReader(
  maxBytes: number,
  lists: readonly string[],
): (bytes: Buffer) => { readonly ok: true; readonly value: JsonObject } | Rejection {
  const parser = new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: '@',
    removeNSPrefix: true,
    // An identifier such as 1e3 is not a number.
    parseTagValue: false,
    parseAttributeValue: false,
    ignoreDeclaration: true,
    ignorePiTags: true,
    maxNestedTags: MAX_NESTED_TAGS,
    // Character references too, such as &#39; in a title.
    htmlEntities: true,
    isArray: (name) => lists.includes(name),
  });
  return (bytes) => {
    if (bytes.length > maxBytes)
      return reject('malformed_body', `The XML must have at most ${maxBytes} bytes.`);
    if (!isUtf8(bytes)) return reject('malformed_body', 'The XML must be UTF-8.');
    const text = bytes.toString('utf8');
    if (/<!\s*(?:DOCTYPE|ENTITY)/i.test(text)) {
      return reject('malformed_body', 'The XML must not have a document type.');
    }
    try {
      if (XMLValidator.validate(text) !== true) {
        return reject('malformed_body', 'The body is not well-formed XML.');
      }
      const value: unknown = parser.parse(text);
      return isJsonObject(value) ? { ok: true, value } : reject('malformed_body', 'The XML has no elements.');
    } catch {
      return reject('malformed_body', 'The XML cannot be parsed.');
    }
  };
}
