import { type CiemQuery, QUERY_VERSION, type QueryType } from '../types';

import { defaultAudit } from './defaults';

const TYPES: QueryType[] = ['audit', 'entitlements', 'findings', 'pci', 'path', 'report', 'remediation'];

/**
 * Completes a query as a dashboard, an alert rule or a URL kept it: what was
 * written by hand may lack parts. A query that is complete stays the same
 * object, so that nothing is run anew.
 */
export function migrate(kept: Partial<CiemQuery> & { refId: string }): CiemQuery {
  const queryType = TYPES.find((type) => type === kept.queryType) ?? 'audit';
  const version = kept.version ?? QUERY_VERSION;
  const complete = kept.queryType === queryType && kept.version === version;
  if (queryType !== 'audit') {
    return complete ? (kept as CiemQuery) : { ...kept, queryType, version };
  }
  if (complete && kept.audit?.editor && kept.audit.format) {
    return kept as CiemQuery;
  }
  return { ...kept, queryType, version, audit: auditOf(kept) };
}

/** Where nothing says what runs, a text does; the backend reads it so, too. */
function auditOf({ audit }: Partial<CiemQuery>): CiemQuery['audit'] {
  const editor = audit?.text ? 'text' : 'builder';
  return { ...defaultAudit(), editor, ...audit };
}
