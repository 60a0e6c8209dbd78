type Json = Readonly<Record<string, unknown>>;

/** Which way a value of a schema goes: a caller may send what was valid before, and may rely on what it was sent. */
type Direction = 'request' | 'answer';

/** A schema deeper than this is not compared further: the API's own schemas end after 12 levels. */
const MAX_DEPTH = 40;

/**
 * Compares two OpenAPI documents of the API.
 * @returns each change that can break a caller of `before`, as a sentence; additions are no such changes
 */
export function findBreakingChanges(before: unknown, after: unknown): string[] {
  const changes: string[] = [];
  for (const [path, methods] of entriesOf(part(before, 'paths'))) {
    for (const [method, operation] of entriesOf(methods)) {
      const name = `${method.toUpperCase()} ${path}`;
      const now = part(part(part(after, 'paths'), path), method);
      if (now === undefined) changes.push(`${name} is gone`);
      else changes.push(...compareOperations(operation, now).map((change) => `${name}: ${change}`));
    }
  }
  return changes;
}

function compareOperations(before: unknown, after: unknown): string[] {
  return [
    ...compareParameters(before, after),
    ...compareBodies(before, after),
    ...compareAnswers(before, after),
    ...compareScopes(before, after),
  ];
}

function compareParameters(before: unknown, after: unknown): string[] {
  const changes: string[] = [];
  const [old, now] = [parametersOf(before), parametersOf(after)];
  for (const [name, parameter] of old) {
    const same = now.get(name);
    if (same === undefined) changes.push(`${name} is gone`);
    else {
      if (part(same, 'required') === true && part(parameter, 'required') !== true)
        changes.push(`${name} is required now`);
      changes.push(...compareSchemas(part(parameter, 'schema'), part(same, 'schema'), 'request', name));
    }
  }
  for (const [name, parameter] of now) {
    if (!old.has(name) && part(parameter, 'required') === true) changes.push(`${name} is new and required`);
  }
  return changes;
}

function compareBodies(before: unknown, after: unknown): string[] {
  const [old, now] = [part(before, 'requestBody'), part(after, 'requestBody')];
  if (now === undefined) return old === undefined ? [] : ['the body is gone'];
  if (old === undefined) return part(now, 'required') === true ? ['a body is required now'] : [];
  const changes = compareSchemas(jsonSchemaOf(old), jsonSchemaOf(now), 'request', 'body');
  if (part(now, 'required') === true && part(old, 'required') !== true)
    changes.unshift('the body is required now');
  return changes;
}

function compareAnswers(before: unknown, after: unknown): string[] {
  const changes: string[] = [];
  for (const [status, answer] of entriesOf(part(before, 'responses'))) {
    const now = part(part(after, 'responses'), status);
    if (now === undefined) {
      changes.push(`the answer ${status} is gone`);
      continue;
    }
    const [old, schema] = [jsonSchemaOf(answer), jsonSchemaOf(now)];
    if (old !== undefined && schema === undefined) changes.push(`the answer ${status} is not JSON any more`);
    else changes.push(...compareSchemas(old, schema, 'answer', `answer ${status}`));
  }
  return changes;
}

/** A key with the scopes of before can call the operation still. */
function compareScopes(before: unknown, after: unknown): string[] {
  const [old, now] = [scopesOf(before), scopesOf(after)];
  return now.filter((scope) => !old.includes(scope)).map((scope) => `the scope ${scope} is needed now`);
}

function compareSchemas(
  before: unknown,
  after: unknown,
  direction: Direction,
  place: string,
  depth = 0,
): string[] {
  if (before === undefined || after === undefined || depth > MAX_DEPTH) return [];
  const [old, now] = [branchesOf(before), branchesOf(after)];
  if (old.length > 1 || now.length > 1) return compareBranches(old, now, direction, place, depth);
  const changes: string[] = [];
  const [oldTypes, nowTypes] = [typesOf(before), typesOf(after)];
  const lost = direction === 'request' ? missing(oldTypes, nowTypes) : missing(nowTypes, oldTypes);
  if (oldTypes.length > 0 && nowTypes.length > 0 && lost.length > 0) {
    const verb = direction === 'request' ? 'no longer takes' : 'can now be';
    return [`${place} ${verb} ${lost.join(', ')}`];
  }
  changes.push(...compareValues(before, after, direction, place));
  if (direction === 'request') changes.push(...compareBounds(before, after, place));
  changes.push(...compareProperties(before, after, direction, place, depth));
  const [oldItems, nowItems] = [part(before, 'items'), part(after, 'items')];
  changes.push(...compareSchemas(oldItems, nowItems, direction, `${place}[]`, depth + 1));
  return changes;
}

/** Each branch that a value could have before is compared with the branch of now that is most like it. */
function compareBranches(
  old: readonly unknown[],
  now: readonly unknown[],
  direction: Direction,
  place: string,
  depth: number,
): string[] {
  const [from, to] = direction === 'request' ? [old, now] : [now, old];
  return from.flatMap((branch) => {
    const tries = to.map((other) =>
      direction === 'request'
        ? compareSchemas(branch, other, direction, place, depth + 1)
        : compareSchemas(other, branch, direction, place, depth + 1),
    );
    return tries.reduce((best, each) => (each.length < best.length ? each : best), tries[0] ?? []);
  });
}

function compareValues(before: unknown, after: unknown, direction: Direction, place: string): string[] {
  const [old, now] = [valuesOf(before), valuesOf(after)];
  if (direction === 'request') {
    if (now === undefined) return [];
    if (old === undefined) return [`${place} takes only ${now.join(', ')} now`];
    const lost = missing(old, now);
    return lost.length === 0 ? [] : [`${place} no longer takes ${lost.join(', ')}`];
  }
  if (old === undefined) return [];
  if (now === undefined) return [`${place} can be any value now`];
  const added = missing(now, old);
  return added.length === 0 ? [] : [`${place} can now be ${added.join(', ')}`];
}

function compareBounds(before: unknown, after: unknown, place: string): string[] {
  const changes: string[] = [];
  for (const bound of ['maximum', 'maxLength', 'maxItems', 'maxProperties']) {
    const [old, now] = [numberAt(before, bound), numberAt(after, bound)];
    if (now !== undefined && (old === undefined || now < old))
      changes.push(`${place}: ${bound} is ${now} now`);
  }
  for (const bound of ['minimum', 'minLength', 'minItems', 'minProperties']) {
    const [old, now] = [numberAt(before, bound), numberAt(after, bound)];
    if (now !== undefined && (old === undefined || now > old))
      changes.push(`${place}: ${bound} is ${now} now`);
  }
  const pattern = part(after, 'pattern');
  if (pattern !== undefined && pattern !== part(before, 'pattern'))
    changes.push(`${place} has another pattern now`);
  return changes;
}

function compareProperties(
  before: unknown,
  after: unknown,
  direction: Direction,
  place: string,
  depth: number,
): string[] {
  const changes: string[] = [];
  const [old, now] = [part(before, 'properties'), part(after, 'properties')];
  const [oldRequired, nowRequired] = [requiredOf(before), requiredOf(after)];
  for (const [name, schema] of entriesOf(old)) {
    const same = part(now, name);
    const at = `${place}.${name}`;
    if (same === undefined) {
      if (direction === 'answer') changes.push(`${at} is gone`);
      else if (now !== undefined && part(after, 'additionalProperties') === false)
        changes.push(`${at} is refused now`);
      continue;
    }
    if (direction === 'answer' && oldRequired.includes(name) && !nowRequired.includes(name))
      changes.push(`${at} can be absent now`);
    changes.push(...compareSchemas(schema, same, direction, at, depth + 1));
  }
  if (direction === 'request') {
    for (const name of missing(nowRequired, oldRequired)) {
      if (part(part(now, name), 'default') === undefined) changes.push(`${place}.${name} is required now`);
    }
  }
  return changes;
}

function parametersOf(operation: unknown): Map<string, unknown> {
  const list = part(operation, 'parameters');
  if (!Array.isArray(list)) return new Map();
  return new Map(list.map((each) => [`${part(each, 'in')} parameter ${part(each, 'name')}`, each]));
}

const jsonSchemaOf = (owner: unknown) => part(part(part(owner, 'content'), 'application/json'), 'schema');

function scopesOf(operation: unknown): string[] {
  const security = part(operation, 'security');
  if (!Array.isArray(security)) return [];
  return security.flatMap((each) => entriesOf(each).flatMap(([, scopes]) => (scopes as string[]) ?? []));
}

/** `anyOf` and `oneOf` list branches; every other schema is its only branch. */
function branchesOf(schema: unknown): readonly unknown[] {
  const branches = part(schema, 'anyOf') ?? part(schema, 'oneOf');
  return Array.isArray(branches) ? branches : [schema];
}

function typesOf(schema: unknown): string[] {
  const type = part(schema, 'type');
  // Each integer is a number.
  const types = (Array.isArray(type) ? type : type === undefined ? [] : [type]) as string[];
  return types.includes('number') ? [...types, 'integer'] : types;
}

/** @returns the only values that are allowed, as JSON; undefined: they are not listed */
function valuesOf(schema: unknown): string[] | undefined {
  const constant = part(schema, 'const');
  if (constant !== undefined) return [JSON.stringify(constant)];
  const values = part(schema, 'enum');
  return Array.isArray(values) ? values.map((value) => JSON.stringify(value)) : undefined;
}

function requiredOf(schema: unknown): string[] {
  const required = part(schema, 'required');
  return Array.isArray(required) ? required : [];
}

function numberAt(schema: unknown, name: string): number | undefined {
  const value = part(schema, name);
  return typeof value === 'number' ? value : undefined;
}

const missing = (wanted: readonly string[], there: readonly string[]) =>
  wanted.filter((each) => !there.includes(each));

function part(owner: unknown, name: string): unknown {
  return typeof owner === 'object' && owner !== null && Object.hasOwn(owner, name)
    ? (owner as Json)[name]
    : undefined;
}

const entriesOf = (owner: unknown): [string, unknown][] =>
  typeof owner === 'object' && owner !== null ? Object.entries(owner) : [];
