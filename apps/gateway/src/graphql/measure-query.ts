import { GRAPHQL_LIMITS } from '@hookline/contracts';
import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLError,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql';
import { READ_BY_CALL } from './resolvers.ts';

/** A query that visits more fields than this is refused before the rest is looked at. */
const MAX_FIELDS = 2_000;

/**
 * The objects that the answer to a query can have: for each list `first`, times those of the list that it is in. Nothing
 * is read for it.
 * @param variables as the caller sent them
 * @throws GraphQLError with the code `invalid_query` beyond GRAPHQL_LIMITS
 */
export function measureQuery(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
): number {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  let [cost, aliases, fields] = [0, 0, 0];

  function visit(set: SelectionSetNode, type: GraphQLObjectType, objects: number, depth: number): void {
    for (const field of fieldsOf(set, new Set())) {
      fields++;
      if (fields > MAX_FIELDS) throw refused(`The query has more than ${MAX_FIELDS} fields`, field);
      if (field.alias !== undefined) aliases++;
      if (aliases > GRAPHQL_LIMITS.aliases)
        throw refused(`The query has more than ${GRAPHQL_LIMITS.aliases} aliases`, field);
      const name = field.name.value;
      // Introspection reads nothing; graphql's own rule bounds its depth.
      if (name.startsWith('__')) continue;
      if (depth > GRAPHQL_LIMITS.depth)
        throw refused(`The query has more than ${GRAPHQL_LIMITS.depth} levels of fields`, field);
      visitField(field, type, objects, depth);
    }
  }

  function visitField(field: FieldNode, type: GraphQLObjectType, objects: number, depth: number): void {
    const definition = type.getFields()[field.name.value];
    if (definition === undefined) return;
    const needsFirst = definition.args.some((argument) => argument.name === 'first');
    const first = needsFirst ? firstOf(field) : 1;
    const [named, isRead] = [getNamedType(definition.type), definition.extensions === READ_BY_CALL];
    // A page and its nodes are counted once, by the page's own `first`.
    const count = objects * first;
    if (needsFirst || isRead) cost += count;
    if (cost > GRAPHQL_LIMITS.cost)
      throw refused(
        `The answer can have more than ${GRAPHQL_LIMITS.cost.toLocaleString('en-US')} objects: ask for fewer by "first", or for fewer lists within lists`,
        field,
      );
    if (field.selectionSet !== undefined && isObjectType(named))
      visit(field.selectionSet, named, count, depth + 1);
  }

  function firstOf(field: FieldNode): number {
    const value = readInteger(field.arguments?.find(({ name }) => name.value === 'first')?.value);
    if (value === undefined || value < 1 || value > GRAPHQL_LIMITS.first)
      throw refused(`"first" must be a number from 1 to ${GRAPHQL_LIMITS.first}`, field);
    return value;
  }

  function readInteger(value: ValueNode | undefined): number | undefined {
    if (value?.kind === Kind.INT) return Number(value.value);
    if (value?.kind !== Kind.VARIABLE) return undefined;
    const name = value.name.value;
    if (Object.hasOwn(variables, name)) {
      const given = variables[name];
      return Number.isInteger(given) ? (given as number) : undefined;
    }
    const declared = operation.variableDefinitions?.find((each) => each.variable.name.value === name);
    return declared?.defaultValue?.kind === Kind.INT ? Number(declared.defaultValue.value) : undefined;
  }

  /** The fields of a selection, those of its fragments included, each fragment once. */
  function* fieldsOf(set: SelectionSetNode, seen: Set<string>): Generator<FieldNode> {
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) yield selection;
      else if (selection.kind === Kind.INLINE_FRAGMENT) yield* fieldsOf(selection.selectionSet, seen);
      else if (!seen.has(selection.name.value)) {
        seen.add(selection.name.value);
        const fragment = fragments.get(selection.name.value);
        if (fragment !== undefined) yield* fieldsOf(fragment.selectionSet, seen);
      }
    }
  }

  const root = schema.getQueryType();
  if (root) visit(operation.selectionSet, root, 1, 1);
  return cost;
}

export function refused(message: string, node?: FieldNode): GraphQLError {
  return new GraphQLError(message, {
    ...(node && { nodes: node }),
    extensions: { code: 'invalid_query' },
  });
}
