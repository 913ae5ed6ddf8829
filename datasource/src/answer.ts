// What the front end adds to the backend's answers.
import { type AdHocVariableFilter, type DataQueryResponse, FieldType } from '@grafana/data';

import type { TableInfo } from './api/wire';
import { ignoredFilters } from './query/adhoc';
import type { CiemQuery } from './types';

/** How bad an outcome is, in the words of logs: they colour the volume. */
const LEVELS: Record<string, string> = { success: 'info', authorization_failure: 'warning', error: 'error' };

/** Names the level of each series of a log volume. */
export function withLevels(response: DataQueryResponse): DataQueryResponse {
  for (const frame of response.data) {
    if (String(frame.refId ?? '').startsWith('log-volume-')) {
      for (const field of frame.fields ?? []) {
        if (field.type === FieldType.number) {
          field.labels = { ...field.labels, level: LEVELS[field.labels?.outcome] ?? 'unknown' };
        }
      }
    }
  }
  return response;
}

/** Says which ad hoc filters an answer is not narrowed by. */
export function withIgnored(
  response: DataQueryResponse,
  queries: CiemQuery[],
  filters: AdHocVariableFilter[],
  tables: TableInfo[]
): DataQueryResponse {
  for (const query of queries) {
    const ignored = ignoredFilters(query, filters, tables);
    if (ignored.length > 0) {
      const names = ignored.map((f) => `${f.key} ${f.operator} ${f.values?.join(', ') ?? f.value}`).join('; ');
      const text = `Not narrowed by ${names}: this query has no such filter.`;
      for (const frame of response.data.filter((f) => f.refId === query.refId)) {
        frame.meta = { ...frame.meta, notices: [...(frame.meta?.notices ?? []), { severity: 'warning', text }] };
      }
    }
  }
  return response;
}
