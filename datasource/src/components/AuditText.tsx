import { TextArea } from '@grafana/ui';
import type { CoreApp } from '@grafana/data';

import type { CiemDataSource } from '../datasource';
import { defaultAudit } from '../query/defaults';
import type { CiemQuery } from '../types';

/** What an editor of audit queries takes. */
export interface AuditEditorProps {
  query: CiemQuery;
  onChange: (query: CiemQuery) => void;
  onRunQuery: () => void;
  datasource: CiemDataSource;
  app?: CoreApp;
}

/** Edits an audit query as text. */
export function AuditText({ query, onChange, onRunQuery }: AuditEditorProps) {
  const audit = query.audit ?? defaultAudit();
  return (
    <TextArea
      aria-label="Audit query"
      defaultValue={audit.text}
      placeholder="outcome:denied and severity:high"
      onChange={(e) => onChange({ ...query, audit: { ...audit, editor: 'text', text: e.currentTarget.value } })}
      onBlur={onRunQuery}
    />
  );
}
