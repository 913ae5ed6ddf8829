import type { CiemQuery } from '../types';

/** Tells whether a query asks anything yet. */
export function isRunnable(query: CiemQuery): boolean {
  if (query.hide) {
    return false;
  }
  switch (query.queryType) {
    case 'path':
      return Boolean(query.path?.value);
    case 'report':
      return Boolean(query.report?.kind);
    case 'audit':
    case undefined: // As provisioned by hand: the default.
      return !query.audit?.saved?.linked || Boolean(query.audit.saved.id);
  }
  return Boolean(query.table?.name);
}
