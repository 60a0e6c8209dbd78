import type {
  AlertCondition,
  AlertSubject,
  AlertType,
  AlertValue,
  Operation,
  ServiceName,
} from '@hookline/contracts';

export type ConditionOf<Type extends AlertType> = Extract<AlertCondition, { type: Type }>;

/** What a message says of an alert. Each text is one sentence without a full stop. */
export interface AlertTexts {
  firing: string;
  recovered: string;
  nextStep: string;
}

/** Something that may concern a rule, as the service that owns it told. */
export interface Fact {
  /** The tenant whose rules it concerns. null: it is about the whole installation. */
  tenant: string | null;
  subject: AlertSubject;
  /** Whether a rule with this condition looks at the subject. */
  covers(condition: AlertCondition): boolean;
  /** What was measured, for a rule with this condition. undefined: the condition does not hold. */
  measure(condition: AlertCondition): AlertValue | undefined;
}

/** A kind of alert: what it asks, when it holds, and what it says. */
export interface AlertKind {
  readonly type: AlertType;
  readonly owner: Exclude<ServiceName, 'gateway'>;
  /** Whether it is about the installation, which no tenant may see. */
  readonly isForOperators: boolean;
  /** The operation that lists what may concern a rule. */
  readonly operation: Pick<Operation, 'path'>;
  /** The operation that tells whether subjects are still there and switched on. undefined: they end like any other. */
  readonly presence?: Pick<Operation, 'path'> | undefined;
  /** The condition with all its defaults. */
  complete(condition: AlertCondition): AlertCondition;
  /** What the question has besides the tenants: it must cover all of these conditions. */
  askFor(conditions: readonly AlertCondition[]): object;
  /** A fact as the owner told it. */
  toFact(told: unknown): Fact;
  /** The texts about a subject. */
  describe(subject: AlertSubject, value: AlertValue): AlertTexts;
}

/** A kind with the types of its own condition and facts. */
interface OwnKind<Type extends AlertType, Told extends { userId: string | null }> {
  type: Type;
  owner: AlertKind['owner'];
  isForOperators?: boolean;
  operation: Pick<Operation, 'path'>;
  presence?: Pick<Operation, 'path'>;
  complete(condition: ConditionOf<Type>): ConditionOf<Type>;
  askFor?(conditions: readonly ConditionOf<Type>[]): object;
  subjectOf(told: Told): AlertSubject;
  /** Whether a rule looks at the subject. Default: at each that it is told of. */
  covers?(condition: ConditionOf<Type>, told: Told): boolean;
  /** What was measured of a subject at which the rule looks. */
  measure(condition: ConditionOf<Type>, told: Told): AlertValue | undefined;
  describe(subject: AlertSubject, value: AlertValue): AlertTexts;
}

/** Every rule is checked with the kind of its own condition, so that the types of a kind hold. */
export function defineKind<Type extends AlertType, Told extends { userId: string | null }>(
  own: OwnKind<Type, Told>,
): AlertKind {
  return {
    type: own.type,
    owner: own.owner,
    isForOperators: own.isForOperators ?? false,
    operation: own.operation,
    presence: own.presence,
    complete: (condition) => own.complete(condition as ConditionOf<Type>),
    askFor: (conditions) => own.askFor?.(conditions as readonly ConditionOf<Type>[]) ?? {},
    toFact: (told) => ({
      tenant: (told as Told).userId,
      subject: own.subjectOf(told as Told),
      covers: (condition) => own.covers?.(condition as ConditionOf<Type>, told as Told) ?? true,
      measure: (condition) => own.measure(condition as ConditionOf<Type>, told as Told),
    }),
    describe: own.describe,
  };
}
