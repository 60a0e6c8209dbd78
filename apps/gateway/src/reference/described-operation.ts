import { exampleOf } from './example-of.ts';
import type { Schema } from './schema.ts';

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required: boolean;
  readonly description?: string;
  readonly schema: Schema;
}

/** An operation as the OpenAPI document describes it, without references. */
export interface DescribedOperation {
  readonly id: string;
  readonly method: string;
  /** With `{name}` for parameters. */
  readonly path: string;
  readonly tag: string;
  readonly summary: string;
  readonly description: string;
  readonly parameters: readonly Parameter[];
  readonly body: { readonly schema: Schema; readonly required: boolean } | undefined;
  readonly status: string;
  /** Undefined: bytes of any content type. */
  readonly answer: Schema | undefined;
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, DocumentOperation>>>>;
}

interface DocumentOperation {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly description: string;
  readonly parameters: readonly Parameter[];
  readonly requestBody?: { readonly required: boolean; readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly content?: Content }>>;
}

type Content = Readonly<Record<string, { readonly schema?: Schema }>>;

/** The operations of an OpenAPI document of `createOpenApi`, in its order. */
export function describeOperations(document: unknown): DescribedOperation[] {
  return Object.entries((document as Document).paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => {
      const [status = '200', answer] =
        Object.entries(operation.responses).find(([code]) => code.startsWith('2')) ?? [];
      const schema = operation.requestBody?.content['application/json']?.schema;
      return {
        id: operation.operationId,
        method: method.toUpperCase(),
        path,
        tag: operation.tags[0] ?? '',
        summary: operation.summary,
        description: operation.description,
        parameters: operation.parameters,
        body: schema && { schema, required: operation.requestBody?.required === true },
        status,
        answer: answer?.content?.['application/json']?.schema,
      };
    }),
  );
}

/** The values of an example call. */
export interface ExampleCall {
  /** Of parameters of the path, and of the query if they are required. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly body: unknown;
}

export function exampleCall({ parameters, body }: DescribedOperation): ExampleCall {
  const shown = parameters.filter((each) => each.in === 'path' || (each.in === 'query' && each.required));
  return {
    parameters: Object.fromEntries(
      shown.map(({ name, in: place, schema }) => [
        name,
        String(
          (place === 'path' ? (schema.examples?.[0] ?? schema.enum?.[0]) : exampleOf(schema)) ??
            placeholder(name),
        ),
      ]),
    ),
    body: body && (exampleOf(body.schema) ?? {}),
  };
}

/** `deliveryId` → `DELIVERY_ID`: shows that the reader puts in a value of their own. */
const placeholder = (name: string) => name.replaceAll(/[A-Z]/g, (one) => `_${one}`).toUpperCase();
