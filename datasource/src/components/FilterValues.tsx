import { EditorField } from '@grafana/plugin-ui';
import { Combobox, type ComboboxOption, Input, MultiCombobox } from '@grafana/ui';
import { useCallback, useId, useMemo } from 'react';

import type { TableFilter } from '../api/wire';
import type { CiemDataSource } from '../datasource';
import { selectors } from '../selectors';

import { countOptions, matching, optionsOf, variableOptions } from './options';

interface Props {
  table?: string;
  filter: TableFilter;
  values: string[];
  datasource: CiemDataSource;
  onChange: (values: string[]) => void;
}

/** The values of one filter, by what kind they are of. */
export function FilterValues(props: Props) {
  const { filter, values, onChange } = props;
  const id = useId();
  const options = useOptions(props);
  const common = { id, 'data-testid': selectors.table.filter(filter.name), placeholder: filter.default ?? (filter.required ? 'Required' : 'Any') };
  const missing = filter.required && values.length === 0;
  return (
    <EditorField label={filter.title} tooltip={filter.help} width={filter.several ? 30 : 24}>
      {filter.kind === 'number' ? (
        <Input {...common} width={16} value={values[0] ?? ''} invalid={missing} onChange={(e) => onChange(list(e.currentTarget.value))} />
      ) : filter.several ? (
        <MultiCombobox
          {...common}
          options={options}
          value={values}
          invalid={missing}
          createCustomValue={filter.kind === 'text'}
          onChange={(chosen) => onChange(chosen.map(({ value }) => value))}
        />
      ) : (
        <Combobox
          {...common}
          options={options}
          value={values[0] ?? null}
          invalid={missing}
          isClearable
          createCustomValue={filter.kind === 'text'}
          onChange={(chosen) => onChange(list(chosen?.value ?? ''))}
        />
      )}
    </EditorField>
  );
}

function list(value: string): string[] {
  return value === '' ? [] : [value];
}

type Options = ComboboxOption[] | ((typed: string) => Promise<ComboboxOption[]>);

/** Known values and variables; those that only the exporter knows are asked for. */
function useOptions({ table, filter, values, datasource }: Props): Options {
  const variables = useMemo(() => variableOptions(), []);
  const ask = useCallback(
    async (typed: string) => {
      const found = await datasource.api.tableValues({ table: table ?? '', filter: filter.name, prefix: typed }).catch(() => []);
      return [...matching(variables, typed), ...countOptions(found)];
    },
    [datasource, table, filter.name, variables]
  );
  const known = useMemo(() => [...optionsOf(filter.values ?? [], values), ...variables], [filter.values, values, variables]);
  return filter.completes && table ? ask : known;
}
