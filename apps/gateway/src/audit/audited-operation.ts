import { API_OPERATIONS, isWrite, type Operation, operations, secretFieldsOf } from '@hookline/contracts';
import type { TSchema } from 'typebox';
import { isPublish } from '../routes/operations/is-publish.ts';

/** What the audit needs to know of an operation. */
export interface AuditedOperation {
  id: string;
  /**
   * Whether a success is audited: it changes something, or hands out a secret that lasts. Publishing is not audited: its
   * events are kept themselves.
   */
  isAudited: boolean;
  /** Whether it ends the caller's session: it does nothing for a caller with a key, which has none. */
  endsSession: boolean;
  /** Whether the thing of its answer is new. */
  creates: boolean;
  deletes: boolean;
  /** The operation that shows the thing before it is changed; undefined if there is none. */
  read: Operation | undefined;
  /** The fields of the body that change the thing; undefined: no body. */
  fields: ReadonlySet<string> | undefined;
  /** Names of fields with secrets in its answer and in the answer of `read`. */
  secrets: ReadonlySet<string>;
}

/** Reads that show a payload: the audit must not keep what is deleted for good. */
const NOT_READ: ReadonlySet<string> = new Set([operations.getEvent.id]);

/** They change no thing of the API, but say who acts under the name of a session. */
const SIGN_INS: ReadonlySet<string> = new Set([
  operations.createSession.id,
  operations.deleteSession.id,
  operations.exchangePortalToken.id,
]);

/** Reads of which it must be known who made them: the journey of a connection ends with it. */
const HAND_OUTS: ReadonlySet<string> = new Set([operations.getConnectionToken.id]);

/** Calls of a program once a second. The journeys of the events keep what they say. */
const REPORTS: ReadonlySet<string> = new Set([operations.reportLocalResults.id]);

const audited = new Map<string, AuditedOperation>();

export function auditedOperation(operation: Operation): AuditedOperation {
  let found = audited.get(operation.id);
  if (!found) {
    found = examine(operation);
    audited.set(operation.id, found);
  }
  return found;
}

function examine(operation: Operation): AuditedOperation {
  const { id, method, path, owner, body, success } = operation;
  const changes = method === 'PUT' || method === 'PATCH' || method === 'DELETE';
  const read =
    changes && owner !== 'gateway'
      ? API_OPERATIONS.find((each) => each.method === 'GET' && each.path === path && !NOT_READ.has(each.id))
      : undefined;
  return {
    id,
    isAudited:
      (isWrite(operation) && !isPublish(operation) && !REPORTS.has(id)) ||
      SIGN_INS.has(id) ||
      HAND_OUTS.has(id),
    endsSession: id === operations.deleteSession.id,
    creates: method === 'POST' && !path.includes(':'),
    deletes: method === 'DELETE',
    read,
    fields: body && settableFields(body),
    secrets: new Set([...secretFieldsOf(success.schema), ...secretFieldsOf(read?.success.schema)]),
  };
}

interface Schema {
  properties?: Record<string, { readOnly?: boolean }>;
  anyOf?: Schema[];
  allOf?: Schema[];
}

function settableFields(schema: TSchema): ReadonlySet<string> {
  const visit = ({ properties = {}, anyOf = [], allOf = [] }: Schema): string[] => [
    ...Object.keys(properties).filter((name) => properties[name]?.readOnly !== true),
    ...[...anyOf, ...allOf].flatMap(visit),
  ];
  return new Set(visit(schema as Schema));
}
