import type { AdHocVariableFilter } from '@grafana/data';

import type { TableInfo } from '../api/wire';
import type { AuditQuery, CiemQuery, FieldNode, Operator, TableQuery } from '../types';

import { addCondition } from './conditions';

const OPERATORS: Record<string, Operator> = {
  '=': 'is',
  '!=': 'is_not',
  '=|': 'in',
  '!=|': 'not_in',
  '=~': 'matches',
  '!~': 'not_matches',
  '<': 'less',
  '>': 'greater',
};

/** The condition of an ad hoc filter; none while it is being written. */
export function filterNode(filter: AdHocVariableFilter): FieldNode | undefined {
  const op = OPERATORS[filter.operator];
  const values = filterValues(filter);
  if (filter.key === '' || op === undefined || values.length === 0) {
    return undefined;
  }
  return { field: filter.key, op, values };
}

function filterValues(filter: AdHocVariableFilter): string[] {
  const values = filter.operator.endsWith('|') && filter.values?.length ? filter.values : [filter.value];
  return values.filter((value) => value !== '' && value !== undefined);
}

/** Narrows an audit query by ad hoc filters, beside its own conditions. */
export function filterAudit(audit: AuditQuery, filters: AdHocVariableFilter[]): AuditQuery {
  return filters.reduce((narrowed, filter) => {
    const node = filterNode(filter);
    return node ? addCondition(narrowed, node) : narrowed;
  }, audit);
}

/** What became of filters on a table. */
export interface FilteredTable {
  table: TableQuery;
  /** Filters that the table cannot be narrowed by. */
  ignored: AdHocVariableFilter[];
}

/** Narrows a table by the filters that it has under the same name. */
export function filterTable(table: TableQuery, filters: AdHocVariableFilter[], tables: TableInfo[]): FilteredTable {
  const known = tables.find((info) => info.name === table.name)?.filters ?? [];
  const result: FilteredTable = { table, ignored: [] };
  for (const filter of filters) {
    const info = known.find((f) => f.name === filter.key);
    const values = filterValues(filter);
    if (values.length === 0) {
      continue;
    }
    if (!info || !filter.operator.match(/^=\|?$/) || (values.length > 1 && !info.several)) {
      result.ignored.push(filter);
      continue;
    }
    result.table = { ...result.table, filters: { ...result.table.filters, [filter.key]: values } };
  }
  return result;
}

/** The ad hoc filters that a query's answer is not narrowed by. */
export function ignoredFilters(query: CiemQuery, filters: AdHocVariableFilter[], tables: TableInfo[]): AdHocVariableFilter[] {
  if (query.queryType === 'audit') {
    return query.audit?.saved?.linked ? filters : [];
  }
  return query.table ? filterTable(query.table, filters, tables).ignored : filters;
}
