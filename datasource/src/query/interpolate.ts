import type { AuditNode, AuditQuery, AuditTree, CiemQuery, PathQuery, ReportQuery, Scope, TableQuery } from '../types';

import { interpolateText } from './interpolateText';
import type { Variables } from './variables';

/** Puts the values of variables into a query, wherever it may have them. */
export function interpolate(query: CiemQuery, variables: Variables): CiemQuery {
  return {
    ...query,
    ...(query.scope && { scope: scopeOf(query.scope, variables) }),
    ...(query.audit && { audit: auditOf(query.audit, variables) }),
    ...(query.table && { table: tableOf(query.table, variables) }),
    ...(query.path && { path: pathOf(query.path, variables) }),
    ...(query.report && { report: reportOf(query.report, variables) }),
  };
}

/** All of a list of places is every place, which an absent list says. */
export function scopeOf(scope: Scope, variables: Variables): Scope {
  const lists = (['clouds', 'systems', 'folders'] as const).map((key) => {
    const values = variables.expandAll(scope[key] ?? []);
    return [key, values === 'all' || values.length === 0 ? undefined : values] as const;
  });
  return Object.fromEntries(lists.filter(([, values]) => values !== undefined));
}

/** A filter on All filters nothing, and is left out. */
export function filtersOf(filters: Record<string, string[]> | undefined, variables: Variables): Record<string, string[]> | undefined {
  if (!filters) {
    return undefined;
  }
  const entries = Object.entries(filters).map(([name, values]) => [name, variables.expandAll(values)] as const);
  return Object.fromEntries(entries.filter((entry): entry is readonly [string, string[]] => entry[1] !== 'all' && entry[1].length > 0));
}

function auditOf(audit: AuditQuery, variables: Variables): AuditQuery {
  return {
    ...audit,
    text: interpolateText(audit.text, variables),
    ...(audit.query && { query: treeOf(audit.query, variables) }),
    ...(audit.alertBy && { alertBy: variables.names(audit.alertBy) }),
  };
}

function treeOf(tree: AuditTree, variables: Variables): AuditTree {
  const { where, group, series, sort } = tree;
  return {
    ...tree,
    ...(where && { where: nodeOf(where, variables) }),
    ...(group && { group: { ...group, ...(group.by && { by: variables.names(group.by) }) } }),
    ...(series && {
      series: {
        ...series,
        ...(series.by && { by: variables.names(series.by) }),
        ...(series.step !== undefined && { step: variables.text(series.step) }),
      },
    }),
    ...(sort && { sort: sort.map((order) => ({ ...order, by: variables.text(order.by) })) }),
  };
}

function nodeOf(node: AuditNode, variables: Variables): AuditNode {
  if ('all' in node) {
    return { ...node, all: node.all.map((child) => nodeOf(child, variables)) };
  }
  if ('any' in node) {
    return { ...node, any: node.any.map((child) => nodeOf(child, variables)) };
  }
  if ('not' in node) {
    return { ...node, not: nodeOf(node.not, variables) };
  }
  if (node.values === undefined || node.values.length === 0) {
    return node;
  }
  const values = variables.expandAll(node.values);
  return values === 'all' ? { ...node, disabled: true } : { ...node, values };
}

function tableOf(table: TableQuery, variables: Variables): TableQuery {
  return {
    ...table,
    name: variables.text(table.name),
    ...(table.filters && { filters: filtersOf(table.filters, variables) }),
    ...(table.search !== undefined && { search: variables.text(table.search, ' ') }),
    ...(table.columns && { columns: variables.names(table.columns) }),
    ...(table.sort && { sort: table.sort.map((order) => ({ ...order, by: variables.text(order.by) })) }),
    ...(table.value !== undefined && { value: variables.text(table.value) }),
    ...(table.labels && { labels: variables.names(table.labels) }),
  };
}

function pathOf(path: PathQuery, variables: Variables): PathQuery {
  return {
    ...path,
    value: variables.text(path.value),
    ...(path.role !== undefined && { role: variables.text(path.role) }),
  };
}

function reportOf(report: ReportQuery, variables: Variables): ReportQuery {
  return {
    ...report,
    kind: variables.text(report.kind),
    ...(report.table !== undefined && { table: variables.text(report.table) }),
    ...(report.filters && { filters: filtersOf(report.filters, variables) }),
  };
}
