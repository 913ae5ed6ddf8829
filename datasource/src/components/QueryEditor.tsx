import type { QueryEditorProps } from '@grafana/data';

import type { CiemDataSource } from '../datasource';
import type { CiemOptions, CiemQuery } from '../types';

import { AuditText } from './AuditText';

export function QueryEditor({ query, onChange, onRunQuery, datasource, app }: QueryEditorProps<CiemDataSource, CiemQuery, CiemOptions>) {
  return <AuditText query={query} onChange={onChange} onRunQuery={onRunQuery} datasource={datasource} app={app} />;
}
