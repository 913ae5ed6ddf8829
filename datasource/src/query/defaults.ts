import { type AuditQuery, type CiemQuery, QUERY_VERSION } from '../types';

/** A new query: the latest events. */
export function defaultQuery(): Pick<CiemQuery, 'queryType' | 'version' | 'audit'> {
  return { queryType: 'audit', version: QUERY_VERSION, audit: defaultAudit() };
}

export function defaultAudit(): AuditQuery {
  return { editor: 'builder', format: 'table', text: '', query: {} };
}
