import { EmptyState } from '../ui/empty-state.tsx';
import { Link } from '../ui/link.tsx';

export function MissingPage() {
  return (
    <EmptyState
      kind="no-match"
      title="There is no such page"
      actions={<Link href="/">Go to the overview</Link>}
    >
      The address may be of a newer version of Hookline.
    </EmptyState>
  );
}
