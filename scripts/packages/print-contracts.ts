import * as contracts from '../../packages/contracts/src/index.ts';
import { printComment, printType, type Schema } from './print-type.ts';

/**
 * The declarations of packages/client/src/contracts.ts for the packed client, which has no dependencies: the types of all
 * operations, printed from their schemas.
 * @param used the names of the exported types that the other declarations of the client use
 */
export function printContracts(used: readonly string[]): string {
  const names = used.filter((name) => name !== 'ApiOperations');
  const named = names.filter((name) => name in contracts);
  const nameByText = new Map(named.map((name) => [JSON.stringify(schemaOf(name)), name]));
  const nameOf = (schema: Schema) => nameByText.get(JSON.stringify(schema));

  const types = names.map((name) => {
    if (name === 'ApiErrorCode') return printErrorCodes();
    if (!named.includes(name)) throw new Error(`packages/contracts has no schema ${name}`);
    const schema = schemaOf(name);
    // Its own name would make the type refer to itself.
    const nameOfOther = (each: Schema) => (each === schema ? undefined : nameOf(each));
    const printed = printType(schema, { side: 'answer', nameOf: nameOfOther });
    return `${printComment(schema)}export type ${name} = ${printed};`;
  });

  const operations = contracts.API_OPERATIONS.map(({ id, summary, params, query, body, success }) => {
    const request = (schema: unknown) =>
      schema === undefined ? 'unknown' : printType(schema as Schema, { side: 'request' });
    const answer = success.schema
      ? printType(success.schema as Schema, { side: 'answer', nameOf })
      : 'Uint8Array';
    return `${printComment({ description: summary })}${id}: {
params: ${request(params)};
query: ${request(query)};
body: ${request(body)};
answer: ${answer};
};`;
  });
  return `${types.join('\n')}
/** The parts of each operation: what a call sends and what it is answered with. \`unknown\`: there is no such part. */
export interface ApiOperations {
${operations.join('\n')}
}
`;
}

const schemaOf = (name: string) => (contracts as unknown as Record<string, Schema>)[name] as Schema;

function printErrorCodes(): string {
  const codes = Object.keys(contracts.API_ERRORS).map((code) => JSON.stringify(code));
  return `/** The codes of the errors of the HTTP API. */\nexport type ApiErrorCode = ${codes.join(' | ')};`;
}
