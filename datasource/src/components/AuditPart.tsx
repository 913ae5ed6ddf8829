import { EditorField, EditorRow } from '@grafana/plugin-ui';
import { MultiCombobox } from '@grafana/ui';
import { useCallback, useId } from 'react';

import { defaultAudit } from '../query/defaults';
import { selectors } from '../selectors';

import { needsAlert } from './AlertHint';
import { lazily } from './lazily';
import type { PartProps } from './types';
import { useResource } from './useResource';

const AuditEditor = lazily(async () => (await import('../builder')).AuditEditor);

/** Edits an audit query; for an alert rule also what its counts are named by. */
export function AuditPart(props: PartProps) {
  return (
    <>
      <EditorRow>
        <AuditEditor {...props} />
      </EditorRow>
      {needsAlert(props) && countsEvents(props) && (
        <EditorRow>
          <AlertBy {...props} />
        </EditorRow>
      )}
    </>
  );
}

function countsEvents({ query }: PartProps): boolean {
  return query.audit?.format === 'table' || query.audit?.format === 'logs';
}

function AlertBy({ query, onChange, onRunQuery, datasource }: PartProps) {
  const id = useId();
  const { value: fields = [] } = useResource(useCallback(() => datasource.api.fields(), [datasource]));
  const audit = query.audit ?? defaultAudit();
  return (
    <EditorField label="Count by" width={60} tooltip="Each combination of these fields is an alert of its own.">
      <MultiCombobox
        id={id}
        data-testid={selectors.query.alertBy}
        placeholder="system, identity, action"
        options={fields.filter((f) => f.group).map((f) => ({ value: f.name, label: f.title, description: f.name }))}
        value={audit.alertBy ?? []}
        onChange={(chosen) => {
          const alertBy = chosen.map(({ value }) => value);
          onChange({ ...query, audit: { ...audit, alertBy: alertBy.length > 0 ? alertBy : undefined } });
          onRunQuery();
        }}
      />
    </EditorField>
  );
}
