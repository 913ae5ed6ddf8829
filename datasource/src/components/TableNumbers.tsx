import { EditorField, EditorRow } from '@grafana/plugin-ui';
import { Combobox, MultiCombobox } from '@grafana/ui';
import { useId } from 'react';

import { selectors } from '../selectors';

import { needsAlert } from './AlertHint';
import type { TablePartProps } from './TableEditor';
import type { PartProps } from './types';

/** Which numbers an alert rule, or a series, is made of; shown where it counts. */
export function TableNumbers({ table, info, app, onChange }: TablePartProps & Pick<PartProps, 'app'>) {
  const id = useId();
  if (!needsAlert({ app }) && !info?.timed && !table.value && !table.labels) {
    return null;
  }
  const columns = info?.columns ?? [];
  const options = (type: 'number' | 'text') =>
    columns.filter((c) => (c.type === 'number') === (type === 'number')).map(({ name, title, help }) => ({ value: name, label: title, description: help }));
  return (
    <EditorRow>
      <EditorField label={needsAlert({ app }) ? 'Alert on' : 'Value'} width={24}>
        <Combobox
          id={`${id}-value`}
          data-testid={selectors.table.value}
          placeholder="Number of rows"
          options={options('number')}
          value={table.value ?? null}
          isClearable
          onChange={(chosen) => onChange({ value: chosen?.value })}
        />
      </EditorField>
      <EditorField label="Labels" width={36} tooltip="Columns that tell the rows apart.">
        <MultiCombobox
          id={`${id}-labels`}
          data-testid={selectors.table.labels}
          placeholder="Those that name the row"
          options={options('text')}
          value={table.labels ?? []}
          onChange={(chosen) => onChange({ labels: chosen.length > 0 ? chosen.map(({ value }) => value) : undefined })}
        />
      </EditorField>
    </EditorRow>
  );
}
