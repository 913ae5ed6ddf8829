// Keys and values of ad hoc filters.
import type { AdHocVariableFilter, MetricFindValue, TimeRange } from '@grafana/data';

import type { Api } from './api/api';
import type { FieldInfo, TableInfo } from './api/wire';
import { filterNode } from './query/adhoc';
import { conditionText } from './query/quote';

/** Fields of events first, then the filters that only tables have. */
export async function tagKeys(api: Api): Promise<MetricFindValue[]> {
  const [fields, tables] = await Promise.all([api.fields(), api.tables().catch(() => [])]);
  const events = fields.filter((f) => f.kind !== 'time' && f.kind !== 'words');
  const names = new Set(events.map((f) => f.name));
  const others = tableFilters(tables).filter((f) => !names.has(f.name));
  return [
    ...events.map((f) => ({ text: f.title, value: f.name, group: 'Audit events' })),
    ...others.map((f) => ({ text: f.title, value: f.name, group: 'Tables' })),
  ];
}

/** Each filter once, however many tables have it. */
function tableFilters(tables: TableInfo[]): Array<{ name: string; title: string }> {
  const all = tables.flatMap((table) => table.filters ?? []);
  return [...new Map(all.map((f) => [f.name, { name: f.name, title: f.title }])).values()];
}

export interface TagValuesRequest {
  key: string;
  filters: AdHocVariableFilter[];
  range?: TimeRange;
}

/** Values of a key, among what the other filters leave. */
export async function tagValues(api: Api, { key, filters, range }: TagValuesRequest): Promise<MetricFindValue[]> {
  const fields = await api.fields();
  const field = fields.find((f) => f.name === key);
  if (!field) {
    return tableTagValues(api, key);
  }
  if (field.values?.length) {
    return field.values.map((text) => ({ text }));
  }
  const values = await api.values({
    field: key,
    text: othersText(filters, key, fields) || undefined,
    from: range?.from.toISOString(),
    to: range?.to.toISOString(),
  });
  return values.map(({ value }) => ({ text: value }));
}

function othersText(filters: AdHocVariableFilter[], key: string, fields: FieldInfo[]): string {
  const nodes = filters.filter((f) => f.key !== key && fields.some((field) => field.name === f.key)).map(filterNode);
  return nodes.flatMap((node) => (node ? [conditionText(node)] : [])).join(' and ');
}

async function tableTagValues(api: Api, key: string): Promise<MetricFindValue[]> {
  const table = (await api.tables()).find((t) => t.filters?.some((f) => f.name === key));
  const filter = table?.filters?.find((f) => f.name === key);
  if (!table || !filter) {
    return [];
  }
  if (filter.values?.length || !filter.completes) {
    return (filter.values ?? []).map((text) => ({ text }));
  }
  const values = await api.tableValues({ table: table.name, filter: key });
  return values.map(({ value }) => ({ text: value }));
}
