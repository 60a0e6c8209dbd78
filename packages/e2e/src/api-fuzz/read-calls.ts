import type { JsonSchema } from './sample-schema.ts';

/** One call of the API, as its OpenAPI document describes it. */
export interface Call {
  id: string;
  method: string;
  path: string;
  params: readonly string[];
  query: readonly { name: string; schema: JsonSchema }[];
  body: JsonSchema | undefined;
  success: { status: number; schema: JsonSchema | undefined };
  isForOperators: boolean;
}

export interface OpenApiDocument {
  paths: Record<string, Record<string, OpenApiOperation>>;
}

/** Every operation of an OpenAPI document. */
export function readCalls(document: OpenApiDocument): Call[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]): Call => {
      const [status, response] =
        Object.entries(operation.responses).find(([code]) => code !== 'default') ?? [];
      return {
        id: operation.operationId,
        method: method.toUpperCase(),
        path,
        params: operation.parameters.filter((each) => each.in === 'path').map(({ name }) => name),
        query: operation.parameters.filter((each) => each.in === 'query'),
        body: operation.requestBody?.content['application/json']?.schema,
        success: { status: Number(status), schema: response?.content?.['application/json']?.schema },
        isForOperators: operation.description.includes('Operators only'),
      };
    }),
  );
}

interface OpenApiOperation {
  operationId: string;
  description: string;
  parameters: { name: string; in: string; schema: JsonSchema }[];
  requestBody?: { content: Record<string, { schema: JsonSchema }> };
  responses: Record<string, { content?: Record<string, { schema: JsonSchema }> }>;
}
