import { type Principal, VIEW_FILTERS, VIEW_LISTS, type ViewListName } from '@hookline/contracts';
import { createValidator, invalidFields, readDateRange } from '@hookline/service';

const WHERE = 'body/filters';

/** As the query of the list is validated when the view is opened. */
const validators = Object.fromEntries(
  VIEW_LISTS.map((list) => [list, createValidator(VIEW_FILTERS[list], 'querystring', WHERE)]),
) as Record<ViewListName, ReturnType<typeof createValidator>>;

/**
 * Checks that the call that reads a list takes these filters from this caller, so that the view can be opened.
 * @throws ApiError `invalid_request` that names each filter that it does not take
 */
export function checkFilters(
  list: ViewListName,
  filters: Readonly<Record<string, string>>,
  principal: Principal,
): void {
  // The validation converts texts in place.
  const { error } = validators[list]({ ...filters });
  if (error) throw error;
  const { userId, startDate, endDate } = filters;
  if (principal.role === 'tenant' && userId !== undefined && userId !== principal.tenant)
    throw invalidFields({ path: `${WHERE}/userId`, message: 'must be your own tenant, or be left out' });
  readDateRange({ startDate, endDate }, `${WHERE}/`);
}
