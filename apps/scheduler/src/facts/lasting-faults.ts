/** Faults of watches that only a person can end: they are tried once in an interval. */
export const LASTING_FAULTS: readonly string[] = [
  'setting_missing',
  'hook_limit',
  'not_admin',
  'not_allowed',
  'organization_restricted',
  'other_topic',
  'topic_missing',
  'topic_of_another_project',
];
