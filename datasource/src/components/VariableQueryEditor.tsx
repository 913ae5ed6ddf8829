import type { QueryEditorProps } from '@grafana/data';
import { EditorField, EditorRow } from '@grafana/plugin-ui';
import { Combobox, Stack } from '@grafana/ui';
import { useCallback, useEffect, useId } from 'react';

import type { TableInfo } from '../api/wire';
import type { CiemDataSource } from '../datasource';
import { selectors } from '../selectors';
import type { CiemOptions, CiemQuery, VariableQuery } from '../types';

import { FilterList } from './FilterList';
import { ScopePicker } from './ScopePicker';
import { useResource } from './useResource';

type Props = QueryEditorProps<CiemDataSource, CiemQuery, CiemOptions, VariableQuery>;
type Kind = VariableQuery['kind'];

const KINDS: Array<{ value: Kind; label: string; description: string }> = [
  { value: 'systems', label: 'Authorization systems', description: 'AWS accounts, Azure subscriptions, Google Cloud projects' },
  { value: 'folders', label: 'Folders', description: 'Named sets of systems' },
  { value: 'identities', label: 'Identities', description: 'The name is shown, the unique id is the value; the highest index first' },
  { value: 'column', label: 'Column of a table', description: 'Any table, narrowed by its filters' },
  { value: 'values', label: 'Values of a field', description: 'What occurs in the audit log, the most frequent first' },
];

/** Edits the query of a dashboard's variable. */
export function VariableQueryEditor({ query: kept, onChange, datasource }: Props) {
  const id = useId();
  const query: VariableQuery = { ...kept, kind: kept.kind ?? 'systems' };
  const change = (part: Partial<VariableQuery>) => onChange({ ...query, refId: query.refId || 'Variable', ...part });
  const isNew = kept.kind === undefined;
  useEffect(() => {
    // Grafana asks nothing of a variable without a query, whatever its editor shows.
    if (isNew) {
      onChange({ refId: 'Variable', kind: 'systems' });
    }
    // eslint-disable-next-line react-hooks/exhaustive-deps -- once, when there is none
  }, [isNew]);
  return (
    <div data-testid={selectors.variable.editor}>
      <Stack direction="column" gap={0.5}>
        <EditorRow>
          <EditorField label="Values are" width={28}>
            <Combobox
              id={id}
              data-testid={selectors.variable.kind}
              options={KINDS}
              value={query.kind}
              onChange={({ value }) => change({ kind: value, table: undefined, column: undefined, label: undefined, field: undefined, filters: undefined })}
            />
          </EditorField>
          {query.kind === 'values' && <FieldPicker query={query} datasource={datasource} onChange={change} />}
        </EditorRow>
        {(query.kind === 'column' || query.kind === 'identities') && <TablePart query={query} datasource={datasource} onChange={change} />}
        {query.kind !== 'folders' && (
          <EditorRow>
            <ScopePicker scope={query.scope ?? {}} datasource={datasource} onChange={(scope) => change({ scope })} />
          </EditorRow>
        )}
      </Stack>
    </div>
  );
}

interface PartProps {
  query: VariableQuery;
  datasource: CiemDataSource;
  onChange: (part: Partial<VariableQuery>) => void;
}

function FieldPicker({ query, datasource, onChange }: PartProps) {
  const id = useId();
  const { value: fields = [] } = useResource(useCallback(() => datasource.api.fields(), [datasource]));
  return (
    <EditorField label="Field" width={28}>
      <Combobox
        id={id}
        data-testid={selectors.variable.field}
        placeholder="Choose a field"
        options={fields.filter((f) => f.kind !== 'time' && f.kind !== 'words').map((f) => ({ value: f.name, label: f.title, description: f.help }))}
        value={query.field ?? null}
        onChange={({ value }) => onChange({ field: value })}
      />
    </EditorField>
  );
}

function TablePart({ query, datasource, onChange }: PartProps) {
  const { value: tables = [] } = useResource(useCallback(() => datasource.api.tables(), [datasource]));
  const name = query.kind === 'identities' ? 'identities' : query.table;
  const info = tables.find((table) => table.name === name);
  return (
    <>
      {query.kind === 'column' && (
        <EditorRow>
          <TablePicker tables={tables} query={query} datasource={datasource} onChange={onChange} />
          {info && <ColumnPicker info={info} name="column" query={query} datasource={datasource} onChange={onChange} />}
          {info && <ColumnPicker info={info} name="label" query={query} datasource={datasource} onChange={onChange} />}
        </EditorRow>
      )}
      {info && (
        <EditorRow>
          <FilterList
            completedBy={() => info.name}
            known={info.filters ?? []}
            filters={query.filters ?? {}}
            datasource={datasource}
            onChange={(filters) => onChange({ filters })}
          />
        </EditorRow>
      )}
    </>
  );
}

function TablePicker({ tables, query, onChange }: PartProps & { tables: TableInfo[] }) {
  const id = useId();
  return (
    <EditorField label="Table" width={28}>
      <Combobox
        id={id}
        data-testid={selectors.variable.table}
        placeholder="Choose a table"
        options={tables.map(({ name, title, help, group }) => ({ value: name, label: title, description: help, group }))}
        value={query.table ?? null}
        onChange={({ value }) => onChange({ table: value, column: undefined, label: undefined, filters: undefined })}
      />
    </EditorField>
  );
}

function ColumnPicker({ info, name, query, onChange }: PartProps & { info: TableInfo; name: 'column' | 'label' }) {
  const id = useId();
  return (
    <EditorField label={name === 'column' ? 'Value' : 'Label'} optional={name === 'label'} width={24}>
      <Combobox
        id={id}
        data-testid={selectors.variable[name]}
        placeholder={name === 'column' ? 'Choose a column' : 'The value itself'}
        options={info.columns.map((c) => ({ value: c.name, label: c.title, description: c.help }))}
        value={query[name] ?? null}
        isClearable
        onChange={(chosen) => onChange({ [name]: chosen?.value })}
      />
    </EditorField>
  );
}
