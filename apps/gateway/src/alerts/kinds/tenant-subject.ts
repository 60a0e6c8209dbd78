import type { AlertSubject } from '@hookline/contracts';

/** The id of the installation as the subject of an alert. */
const INSTALLATION = 'installation';

/** A tenant as the subject of an alert; null: the whole installation. */
export const tenantSubject = (userId: string | null): AlertSubject =>
  userId === null
    ? { type: 'installation', id: INSTALLATION, name: null, userId: null }
    : { type: 'tenant', id: userId, name: null, userId };
