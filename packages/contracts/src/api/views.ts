import Type, { type Static } from 'typebox';
import { defineOperations } from '../operation.ts';
import { message, nullable, one, patternWith, readOnly, Timestamp, withDefault } from './common.ts';
import { changedSettings, newSettings } from './settings.ts';

/** The lists that can have views, by the names that `view-lists.ts` gives their operations. */
export const VIEW_LISTS = [
  'events',
  'deliveries',
  'attempts',
  'dead-letters',
  'replays',
  'endpoints',
  'sources',
  'rejections',
  'connections',
  'schedules',
  'audit',
] as const;
export type ViewListName = (typeof VIEW_LISTS)[number];

/** The most views of one owner, of all lists together, the most shared views of a tenant, and the last position. */
export const VIEW_LIMITS = { own: 100, shared: 200, position: 10_000 } as const;

const FIELD = "letters, digits, '_' and '.', after a letter";
const List = Type.Enum([...VIEW_LISTS]);
const Filters = Type.Record(
  Type.String(patternWith('^[A-Za-z][A-Za-z0-9_]{0,63}$', "a name of letters, digits and '_'")),
  Type.String({ maxLength: 1_000 }),
  {
    maxProperties: 30,
    description:
      'Parameters of the call that reads the list, as texts: `{"status": "failed", "processed": "false"}`. Those that select a page (`limit`, `cursor`, `offset`) are not among them',
  },
);

const settings = {
  name: Type.String({
    minLength: 1,
    maxLength: 100,
    description: 'Different for each of your views of a list',
  }),
  filters: withDefault(Filters, {}),
  columns: withDefault(
    Type.Array(Type.String(patternWith('^[A-Za-z][A-Za-z0-9_.]{0,63}$', FIELD)), {
      maxItems: 50,
      description: 'Fields of the items that a page shows. Hookline keeps them and does not interpret them',
    }),
    [],
  ),
  sort: Type.Optional(
    Type.String({
      ...patternWith(
        '^-?[A-Za-z][A-Za-z0-9_.]{0,63}$',
        `a field (${FIELD}), with "-" before it for descending order`,
      ),
      description: 'The order in which a page shows the items. Hookline keeps it and does not interpret it',
    }),
  ),
  shared: withDefault(
    Type.Boolean({
      description: 'Whether all callers of the tenant see it, or all operators. Not for read-only callers',
    }),
    false,
  ),
  position: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: VIEW_LIMITS.position,
      description: 'Views are listed by it. Default: after your last view of the list',
    }),
  ),
};

/** Filters of a list under a name. */
export const View = Type.Object({
  id: Type.String(),
  list: List,
  name: Type.String(),
  filters: Type.Record(Type.String(), Type.String()),
  columns: Type.Array(Type.String()),
  sort: nullable(Type.String()),
  shared: Type.Boolean(),
  position: Type.Integer(),
  path: Type.String({ description: 'Path and query of the call that reads the list with these filters' }),
  isOwn: Type.Boolean({ description: 'false: a shared view of somebody else' }),
  createdAt: Timestamp,
  updatedAt: Timestamp,
});
export type View = Static<typeof View>;

const params = Type.Object({ id: Type.String({ maxLength: 100 }) });
const common = { owner: 'gateway', role: 'tenant', tag: 'Saved views', scope: null } as const;

/** No scope is needed: a view is its owner's own, and its list is read with the scope of the list. */
export const viewOperations = defineOperations({
  createView: {
    ...common,
    changesOwn: true,
    method: 'POST',
    path: '/api/views',
    summary: 'Save filters of a list under a name',
    description: `Needs the scope of the list. A view belongs to the API key, to the person who signed in, or to the \`sub\` of the JWT that made it; a rotated key hands its views on. An owner has at most ${VIEW_LIMITS.own} views, and a tenant ${VIEW_LIMITS.shared} shared ones. Views of operators are apart from those of tenants.`,
    body: newSettings({ list: List, ...settings }, readOnly('id', 'path', 'isOwn', 'createdAt', 'updatedAt')),
    success: { status: 201, schema: one(View) },
  },

  listViews: {
    ...common,
    method: 'GET',
    path: '/api/views',
    summary: 'List your own views and the shared ones, by list and position',
    description: 'Has the views of lists that the caller may read, all in one answer.',
    query: Type.Object({ list: Type.Optional(List) }),
    success: { status: 200, schema: one(Type.Array(View)) },
  },

  getView: {
    ...common,
    method: 'GET',
    path: '/api/views/:id',
    summary: 'Get a view',
    params,
    success: { status: 200, schema: one(View) },
  },

  updateView: {
    ...common,
    changesOwn: true,
    method: 'PATCH',
    path: '/api/views/:id',
    summary: 'Change a view',
    description:
      'Changes only the fields that are sent; a filter that is null is removed. A shared view is changed by its owner, and by callers with the scope `admin`.',
    params,
    body: changedSettings(settings, readOnly('id', 'list', 'path', 'isOwn', 'createdAt', 'updatedAt')),
    success: { status: 200, schema: one(View) },
  },

  deleteView: {
    ...common,
    changesOwn: true,
    method: 'DELETE',
    path: '/api/views/:id',
    summary: 'Delete a view',
    description: 'A shared view is deleted by its owner, and by callers with the scope `admin`.',
    params,
    success: { status: 200, schema: message },
  },
});
