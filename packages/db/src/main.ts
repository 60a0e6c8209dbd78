// `npm run db:migrate`: migrates the database of DATABASE_URL to the newest schema.
import { migrateDatabase } from './migrate-database.ts';

const ownerUrl = process.env['DATABASE_URL'];
const password = process.env['HOOKLINE_SERVICE_PASSWORD'];
if (!ownerUrl) {
  console.error(
    "Set DATABASE_URL to the owner's connection string, e.g. postgres://owner:…@host:5432/hookline",
  );
  process.exit(1);
}
try {
  await migrateDatabase({
    ownerUrl,
    ...(password ? { serviceRole: { name: 'hookline_service', password } } : {}),
  });
  console.log(
    password
      ? 'The database is up to date; the services connect as hookline_service.'
      : 'The database is up to date. Set HOOKLINE_SERVICE_PASSWORD to create the login hookline_service as well.',
  );
} catch (error) {
  console.error(`Migration failed: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
}
