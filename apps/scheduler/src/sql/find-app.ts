import type { Database, SecretBox } from '@hookline/db';
import { type AppFacts, toAppFacts } from '../facts/app-facts.ts';
import { findOAuthApp } from './find-oauth-app.ts';

/** The application with this id, of whichever tenant; undefined if there is none or it is deleted. */
export async function findApp(
  database: Database,
  box: SecretBox,
  appId: string,
): Promise<AppFacts | undefined> {
  const row = await findOAuthApp(database, appId);
  return row && toAppFacts(row, box);
}
