import { type JsonDocument, keyOf, scanJson, sourceOf } from '../../ui/json/scan-json.ts';

/** The payload in the answer of `getEvent`, as it was written: no number loses a digit. @returns undefined if there is none */
export function payloadText(answer: string): string | undefined {
  const document = scanJson(answer);
  const data = memberOf(document, 0, 'data');
  const payload = data === undefined ? undefined : memberOf(document, data, 'payload');
  return payload === undefined ? undefined : sourceOf(document, payload);
}

function memberOf(document: JsonDocument, container: number, name: string): number | undefined {
  const end = document.last[container] ?? container;
  // A child begins where the one before it ends, so what is inside of the children is skipped.
  for (let node = container + 1; node <= end; node = (document.last[node] ?? node) + 1)
    if (keyOf(document, node) === name) return node;
  return undefined;
}
