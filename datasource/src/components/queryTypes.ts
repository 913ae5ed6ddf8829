import type { ComboboxOption } from '@grafana/ui';

import type { TableInfo } from '../api/wire';
import { defaultAudit } from '../query/defaults';
import type { CiemQuery, QueryType } from '../types';

/** The query types, as people choose them. */
export const QUERY_TYPES: Array<ComboboxOption<QueryType>> = [
  { value: 'audit', label: 'Audit', description: 'What was called, by whom and how it ended' },
  { value: 'entitlements', label: 'Entitlements', description: 'Who may do what: identities, policies, keys, resources' },
  { value: 'findings', label: 'Findings', description: 'What is wrong, with evidence and a response' },
  { value: 'pci', label: 'Permission Creep Index', description: 'Now, over time, and why it is what it is' },
  { value: 'path', label: 'Path', description: 'Where an identity, session, key or address went' },
  { value: 'report', label: 'Report', description: 'A system report, to read or to download' },
  { value: 'remediation', label: 'Remediation', description: 'Runs of playbooks and pending approvals' },
];

/** The groups of tables that a query type offers, the most telling first. */
const GROUPS: Partial<Record<QueryType, string[]>> = {
  entitlements: ['entitlements', 'access', 'collection'],
  findings: ['findings'],
  pci: ['pci'],
  remediation: ['remediation'],
};

/** The table that a query type begins with. */
const FIRST: Partial<Record<QueryType, string>> = {
  entitlements: 'identities',
  findings: 'findings',
  pci: 'pci',
  remediation: 'runs',
};

export function tablesOf(type: QueryType, tables: TableInfo[]): TableInfo[] {
  return (GROUPS[type] ?? []).flatMap((group) => tables.filter((table) => table.group === group));
}

/** Changes what a query asks about; what it was before is kept where it fits. */
export function withType(query: CiemQuery, queryType: QueryType): CiemQuery {
  const first = FIRST[queryType];
  switch (queryType) {
    case 'audit':
      return { ...query, queryType, audit: query.audit ?? defaultAudit() };
    case 'path':
      return { ...query, queryType, path: query.path ?? { start: 'identity', value: '' } };
    case 'report':
      return { ...query, queryType, report: query.report ?? { kind: '' } };
  }
  return { ...query, queryType, table: { name: first ?? '' } };
}
