import { EditorField, EditorRow } from '@grafana/plugin-ui';
import { Alert, Combobox, Input, MultiCombobox } from '@grafana/ui';
import { useCallback, useId } from 'react';

import type { TableInfo } from '../api/wire';
import { selectors } from '../selectors';
import type { TableQuery } from '../types';

import { FilterList } from './FilterList';
import { tablesOf } from './queryTypes';
import { SortPicker } from './SortPicker';
import { TableNumbers } from './TableNumbers';
import type { PartProps } from './types';
import { useResource } from './useResource';

/** What the parts of the table editor take. */
export interface TablePartProps {
  table: TableQuery;
  info?: TableInfo;
  onChange: (change: Partial<TableQuery>) => void;
}

/** Edits a question to one of the exporter's tables. */
export function TableEditor(props: PartProps) {
  const { query, onChange, onRunQuery, datasource } = props;
  const tables = useResource(useCallback(() => datasource.api.tables(), [datasource]));
  const table = query.table ?? { name: '' };
  const info = tables.value?.find(({ name }) => name === table.name);
  const change = (part: Partial<TableQuery>) => {
    onChange({ ...query, table: { ...table, ...part } });
    onRunQuery();
  };
  const part = { table, info, onChange: change };
  return (
    <>
      {tables.error && (
        <Alert severity="error" title="The tables cannot be read" bottomSpacing={0}>
          {tables.error}
        </Alert>
      )}
      <EditorRow>
        <TablePicker {...part} tables={tablesOf(query.queryType, tables.value ?? [])} />
        <Columns {...part} />
        <SortPicker {...part} />
        <Search {...part} onChange={(search) => onChange({ ...query, table: { ...table, ...search } })} onRunQuery={onRunQuery} />
      </EditorRow>
      <EditorRow>
        <FilterList
          completedBy={() => table.name}
          known={info?.filters ?? []}
          filters={table.filters ?? {}}
          datasource={datasource}
          onChange={(filters) => change({ filters: Object.keys(filters).length > 0 ? filters : undefined })}
        />
      </EditorRow>
      <TableNumbers {...part} app={props.app} />
    </>
  );
}

function TablePicker({ table, info, tables, onChange }: TablePartProps & { tables: TableInfo[] }) {
  const id = useId();
  return (
    <EditorField label="Table" tooltip={info?.help} width={28}>
      <Combobox
        id={id}
        data-testid={selectors.table.name}
        width={28}
        options={tables.map(({ name, title, help, group }) => ({ value: name, label: title, description: help, group }))}
        value={info ? { value: table.name, label: info.title } : table.name || null}
        onChange={({ value }) => onChange({ name: value, filters: undefined, columns: undefined, sort: undefined, value: undefined, labels: undefined })}
      />
    </EditorField>
  );
}

function Columns({ table, info, onChange }: TablePartProps) {
  const id = useId();
  return (
    <EditorField label="Columns" width={36}>
      <MultiCombobox
        id={id}
        data-testid={selectors.table.columns}
        placeholder="All"
        options={(info?.columns ?? []).map(({ name, title, help }) => ({ value: name, label: title, description: help }))}
        value={table.columns ?? []}
        onChange={(chosen) => onChange({ columns: chosen.length > 0 ? chosen.map(({ value }) => value) : undefined })}
      />
    </EditorField>
  );
}

function Search({ table, onChange, onRunQuery }: TablePartProps & { onRunQuery: () => void }) {
  const id = useId();
  return (
    <EditorField label="Search" width={20} tooltip="Rows in which any text has this in it, whatever the case.">
      <Input
        id={id}
        data-testid={selectors.table.search}
        value={table.search ?? ''}
        onChange={(e) => onChange({ search: e.currentTarget.value || undefined })}
        onKeyDown={(e) => e.key === 'Enter' && onRunQuery()}
        onBlur={onRunQuery}
      />
    </EditorField>
  );
}
