import type { Primitive } from './json.ts';
import type { Operator } from './operators.ts';
import type { Reference } from './reference.ts';

/** A parsed and checked filter, or a part of one. */
export type Condition = EqualsCondition | ContainsCondition | ObjectCondition;

/** `"paid"`: the value equals it, or is an array that contains it. */
export interface EqualsCondition {
  kind: 'equals';
  value: Primitive;
}

/** `["a", "b"]`: the value is an array in which each condition matches an element. */
export interface ContainsCondition {
  kind: 'contains';
  all: readonly Condition[];
}

/** `{…}`: all its conditions hold. */
export interface ObjectCondition {
  kind: 'object';
  /** Apply to the value itself, also if it is an array. */
  operators: readonly OperatorTest[];
  /** Applies to the value itself: the `$not` of an object without fields. */
  not: Condition | undefined;
  /** Applies to the value, or, if the value is an array, to any one of its elements. */
  group: Group | undefined;
}

export interface OperatorTest {
  name: string;
  operator: Operator;
  operand: unknown;
  /** Where the operand is a `$ref`: its path, whose value is used as the operand. */
  reference: Reference | undefined;
}

export interface Group {
  /** Undefined: the value need not be an object. */
  fields: readonly (readonly [name: string, condition: Condition])[] | undefined;
  and: readonly Condition[];
  or: readonly Condition[] | undefined;
  /** The `$not` of an object that also has fields. */
  not: Condition | undefined;
  reference: Reference | undefined;
}
