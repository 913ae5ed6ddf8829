import { EditorField } from '@grafana/plugin-ui';
import { MultiCombobox } from '@grafana/ui';
import { useId } from 'react';

import { selectors } from '../selectors';
import type { AuditOrder } from '../types';

import type { TablePartProps } from './TableEditor';

/** Orders the rows: by the first column, where that is the same by the second. */
export function SortPicker({ table, info, onChange }: TablePartProps) {
  const id = useId();
  const options = (info?.columns ?? []).flatMap(({ name, title }) => [
    { value: `-${name}`, label: `${title} ↓`, description: 'Greatest first' },
    { value: name, label: `${title} ↑`, description: 'Smallest first' },
  ]);
  return (
    <EditorField label="Sort by" width={24}>
      <MultiCombobox
        id={id}
        data-testid={selectors.table.sort}
        placeholder="As it comes"
        options={options}
        value={(table.sort ?? []).map(({ by, descending }) => (descending ? `-${by}` : by))}
        onChange={(chosen) => {
          const sort = orders(chosen.map(({ value }) => value));
          onChange({ sort: sort.length > 0 ? sort : undefined });
        }}
      />
    </EditorField>
  );
}

/** Of two orders by the same column the later one was meant. */
function orders(signed: string[]): AuditOrder[] {
  const map = new Map<string, AuditOrder>();
  for (const text of signed) {
    const descending = text.startsWith('-');
    const by = descending ? text.slice(1) : text;
    map.set(by, { by, ...(descending && { descending }) });
  }
  return [...map.values()];
}
