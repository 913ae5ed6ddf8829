import { EditorField, FlexItem } from '@grafana/plugin-ui';
import { Button, Combobox, RadioButtonGroup, Stack } from '@grafana/ui';
import { useId } from 'react';

import { defaultAudit } from '../query/defaults';
import { selectors } from '../selectors';
import type { AuditFormat } from '../types';

import { LimitInput } from './LimitInput';
import { QUERY_TYPES, withType } from './queryTypes';
import type { PartProps } from './types';

const FORMATS: Array<{ value: AuditFormat; label: string; description: string }> = [
  { value: 'table', label: 'Table', description: 'Events, one a row' },
  { value: 'logs', label: 'Logs', description: 'Events as lines, with details and a histogram' },
  { value: 'series', label: 'Time series', description: 'Counts over time' },
  { value: 'groups', label: 'Groups', description: 'Counts by field' },
];

/** What is asked, how it is shown, how much of it, and the button that asks. */
export function QueryHeader(props: PartProps) {
  const { query, onChange, onRunQuery } = props;
  const id = useId();
  const change = (next: typeof query) => {
    onChange(next);
    onRunQuery();
  };
  return (
    <Stack direction="row" gap={2} alignItems="flex-end" wrap="wrap">
      <EditorField label="Ask about" width={28}>
        <Combobox
          id={id}
          data-testid={selectors.query.type}
          width={28}
          options={QUERY_TYPES}
          value={query.queryType}
          onChange={({ value }) => change(withType(query, value))}
        />
      </EditorField>
      {query.queryType === 'audit' && <Format {...props} />}
      {query.queryType !== 'path' && <LimitInput {...props} />}
      <FlexItem grow={1} />
      <Button icon="play" variant="secondary" data-testid={selectors.query.run} onClick={onRunQuery}>
        Run query
      </Button>
    </Stack>
  );
}

function Format({ query, onChange, onRunQuery }: PartProps) {
  const audit = query.audit ?? defaultAudit();
  const choose = (format: AuditFormat) => {
    onChange({ ...query, audit: { ...audit, format } });
    onRunQuery();
  };
  return (
    <EditorField label="Show as">
      <div data-testid={selectors.query.format} role="group" aria-label="Show as">
        <RadioButtonGroup options={FORMATS} value={audit.format} onChange={choose} />
      </div>
    </EditorField>
  );
}
