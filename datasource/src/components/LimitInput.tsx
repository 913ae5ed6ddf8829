import { EditorField } from '@grafana/plugin-ui';
import { Input } from '@grafana/ui';
import { useId } from 'react';

import { selectors } from '../selectors';

import { wholeNumber } from './number';
import type { PartProps } from './types';

/** How many rows, events or groups at most. */
export function LimitInput({ query, onChange, onRunQuery }: PartProps) {
  const id = useId();
  return (
    <EditorField label="Limit" tooltip="Rows at most. What is cut is said above the panel.">
      <Input
        id={id}
        data-testid={selectors.query.limit}
        type="number"
        min={1}
        width={10}
        placeholder="default"
        value={query.limit ?? ''}
        onChange={(e) => onChange({ ...query, limit: wholeNumber(e.currentTarget.value) })}
        onBlur={onRunQuery}
      />
    </EditorField>
  );
}
