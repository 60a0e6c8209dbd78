/**
 * Makes tasks due at once, as the assignments of an update of `connection_tasks`. A task that runs now runs once more
 * afterwards.
 * @param table the alias of the table, with a dot, if the update has another one
 */
export const setDueNow = (table: '' | 't.' = ''): string =>
  `on_demand = true, due_at = case when ${table}lease_id is null then hookline_now() else ${table}due_at end`;
