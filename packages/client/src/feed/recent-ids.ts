/** Remembers the most recent ids. */
export interface RecentIds {
  /** Returns false for an id that is known already. */
  add(id: string): boolean;
}

export function createRecentIds(limit: number): RecentIds {
  const ids = new Set<string>();
  return {
    add(id) {
      if (ids.has(id)) return false;
      ids.add(id);
      if (ids.size > limit) {
        for (const oldest of ids) {
          ids.delete(oldest);
          break;
        }
      }
      return true;
    },
  };
}
