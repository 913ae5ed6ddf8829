import { EditorField } from '@grafana/plugin-ui';
import { Button, Combobox, Stack } from '@grafana/ui';
import { useId, useState } from 'react';

import type { TableFilter } from '../api/wire';
import type { CiemDataSource } from '../datasource';
import { selectors } from '../selectors';

import { FilterValues } from './FilterValues';

interface Props {
  /** The table whose filter of the same name completes a filter's values, if any. */
  completedBy: (filter: string) => string | undefined;
  known: TableFilter[];
  filters: Record<string, string[]>;
  datasource: CiemDataSource;
  onChange: (filters: Record<string, string[]>) => void;
}

/** Filters of a table: those that must be there, those in use, one to add. */
export function FilterList({ completedBy, known, filters, datasource, onChange }: Props) {
  const id = useId();
  const [added, setAdded] = useState<string[]>([]);
  const used = known.filter((f) => f.required || f.name in filters || added.includes(f.name));
  const unknown = Object.keys(filters).filter((name) => !known.some((f) => f.name === name));
  const rest = known.filter((f) => !used.includes(f));
  const set = (name: string, values: string[]) => onChange(values.length > 0 ? { ...filters, [name]: values } : without(filters, name));
  const remove = (name: string) => {
    setAdded(added.filter((n) => n !== name));
    onChange(without(filters, name));
  };
  return (
    <Stack direction="row" gap={2} wrap="wrap" alignItems="flex-end">
      {[...used, ...unknown.map(unknownFilter)].map((filter) => (
        <Stack key={filter.name} direction="row" gap={0.5} alignItems="flex-end">
          <FilterValues
            table={completedBy(filter.name)}
            filter={filter}
            values={filters[filter.name] ?? []}
            datasource={datasource}
            onChange={(values) => set(filter.name, values)}
          />
          {!filter.required && (
            <Button icon="times" variant="secondary" fill="text" aria-label={`Remove filter ${filter.title}`} onClick={() => remove(filter.name)} />
          )}
        </Stack>
      ))}
      {rest.length > 0 && (
        <EditorField label="Add filter">
          <Combobox
            id={id}
            data-testid={selectors.table.addFilter}
            width={20}
            placeholder="Choose"
            options={rest.map((f) => ({ value: f.name, label: f.title, description: f.help }))}
            value={null}
            onChange={({ value }) => setAdded([...added, value])}
          />
        </EditorField>
      )}
    </Stack>
  );
}

function without(filters: Record<string, string[]>, name: string): Record<string, string[]> {
  return Object.fromEntries(Object.entries(filters).filter(([key]) => key !== name));
}

/** A filter that the table no longer has can be seen, and taken away. */
function unknownFilter(name: string): TableFilter {
  return { name, title: name, kind: 'text', several: true, help: 'This table has no such filter; remove it.' };
}
