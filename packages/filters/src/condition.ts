import type { Primitive } from './json.ts';
import type { Operator } from './operators.ts';
import type { Reference } from './reference.ts';

/** A filter, or a part of it, read and checked. */
export type Condition = EqualsCondition | ContainsCondition | ObjectCondition;

/** `"paid"`: the value itself, or an array that holds it. */
export interface EqualsCondition {
  kind: 'equals';
  value: Primitive;
}

/** `["a", "b"]`: an array with an element for each. */
export interface ContainsCondition {
  kind: 'contains';
  all: readonly Condition[];
}

/** `{…}`: everything in it holds. */
export interface ObjectCondition {
  kind: 'object';
  /** On the value as it is, an array too. */
  operators: readonly OperatorTest[];
  /** On the value as it is: `$not` in an object without fields. */
  not: Condition | undefined;
  /** On the value, or on any one element of it when it is an array. */
  group: Group | undefined;
}

export interface OperatorTest {
  name: string;
  operator: Operator;
  operand: unknown;
  /** Takes the operand's place. */
  reference: Reference | undefined;
}

export interface Group {
  /** Undefined: the value need not be an object. */
  fields: readonly (readonly [name: string, condition: Condition])[] | undefined;
  and: readonly Condition[];
  or: readonly Condition[] | undefined;
  /** Beside fields. */
  not: Condition | undefined;
  reference: Reference | undefined;
}
