import { parsePointer, scalarsAt } from '@hookline/json';
import type { HttpAnswer } from '../provider/http-answer.ts';
import { headerOf, type InboundRequest } from '../request/inbound-request.ts';
import { parseJson } from '../request/json/parse-json.ts';
import { SchemeDefinitionError } from '../schemes/scheme-definition.ts';
import type { ProviderFacts } from './preset-definition.ts';

const PLACEHOLDER = /\{(json|header):([^{}]{1,100})\}/g;
const MAX_VALUE_LENGTH = 512;

/**
 * The function that fills values of the request into the answer. Undefined if the answer is always the same.
 * @throws {SchemeDefinitionError}
 */
export function compileAnswer({
  status,
  body,
  contentType,
}: Required<NonNullable<ProviderFacts['answer']>>): ((request: InboundRequest) => HttpAnswer) | undefined {
  if (!body.includes('{json:') && !body.includes('{header:')) return undefined;
  const isJson = /^application\/(?:[\w.-]+\+)?json\b/.test(contentType);
  if (isJson && !parseJson(Buffer.from(body)).ok) {
    throw new SchemeDefinitionError(`The answer must be valid JSON: ${body}`);
  }
  const headers = { 'content-type': contentType, 'x-content-type-options': 'nosniff' };
  return (request) => {
    const json = body.includes('{json:') && parseJson(request.rawBody).ok ? request.rawBody : undefined;
    const read = (kind: string, place: string) => {
      if (kind === 'header') return headerOf(request, place);
      return json && scalarsAt(json, parsePointer(place))?.[0];
    };
    const filled = body.replace(PLACEHOLDER, (_all, kind: string, place: string) => {
      const value = (read(kind, place) ?? '').slice(0, MAX_VALUE_LENGTH).toWellFormed();
      return isJson ? JSON.stringify(value).slice(1, -1) : value;
    });
    return { status, headers, body: filled };
  };
}
