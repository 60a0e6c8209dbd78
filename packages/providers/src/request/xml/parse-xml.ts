import { isUtf8 } from 'node:buffer';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { type Rejection, reject } from '../../rejection.ts';
import { isJsonObject, type JsonObject } from '../json/json-access.ts';

const MAX_NESTED_TAGS = 20;

/**
 * Makes a reader of XML bodies: prefixes of namespaces go, attributes become members with `@`, all values stay texts.
 * A document type is refused, and with it every entity that a document could define for itself.
 * @param lists names that may occur several times, and become arrays
 */
export function createXmlReader(
  maxBytes: number,
  lists: readonly string[],
): (bytes: Buffer) => { readonly ok: true; readonly value: JsonObject } | Rejection {
  const parser = new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: '@',
    removeNSPrefix: true,
    // An identifier such as 1e3 is no number.
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
    if (bytes.length > maxBytes) return reject('malformed_body', `The XML is longer than ${maxBytes} bytes.`);
    if (!isUtf8(bytes)) return reject('malformed_body', 'The XML is not UTF-8.');
    const text = bytes.toString('utf8');
    if (/<!\s*(?:DOCTYPE|ENTITY)/i.test(text)) {
      return reject('malformed_body', 'The XML has a document type, which is not accepted.');
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
