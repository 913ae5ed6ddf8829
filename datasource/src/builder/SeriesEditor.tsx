import { Combobox, Input, MultiCombobox } from '@grafana/ui';

import type { AuditSeries } from '../types';

import { groupable } from './answer';
import type { AnswerProps } from './AnswerEditor';
import { chosenValue } from './chosen';
import { isDuration, steps } from './duration';
import { Labelled, LabelledRow } from './Labelled';

/** Edits what is counted over time. */
export function SeriesEditor({ tree, fields, onChange }: AnswerProps) {
  const series = tree.series ?? {};
  const change = (part: Partial<AuditSeries>) => {
    const next = Object.fromEntries(Object.entries({ ...series, ...part }).filter(([, value]) => value !== undefined));
    onChange({ ...tree, series: next, group: undefined, sort: undefined });
  };
  const step = series.step ?? '';
  return (
    <LabelledRow label="Series">
      <Labelled label="Count" width={200}>
        {(id) => (
          <Combobox
            id={id}
            options={[{ value: '', label: 'Events' }, ...groupable(fields).map(({ value, label }) => ({ value, label: `Different values of ${label}` }))]}
            value={series.function === 'unique' ? (series.field ?? '') : ''}
            onChange={(chosen) => change(counted(chosenValue(chosen)))}
          />
        )}
      </Labelled>
      <Labelled label="By" width={300}>
        {(id) => (
          <MultiCombobox id={id} options={groupable(fields)} value={series.by ?? []} placeholder="One series" onChange={(chosen) => change({ by: chosen.length > 0 ? chosen.map((o) => o.value) : undefined })} />
        )}
      </Labelled>
      <Labelled label="Interval" width={130}>
        {(id) => (
          <Combobox
            id={id}
            options={steps().map((value) => ({ value, label: value }))}
            value={step === '' ? null : step}
            placeholder="The panel's"
            isClearable
            createCustomValue
            invalid={step !== '' && !isDuration(step) && !step.includes('$')}
            onChange={(chosen) => change({ step: chosen?.value || undefined })}
          />
        )}
      </Labelled>
      <Labelled label="Greatest" width={100}>
        {(id) => (
          <Input
            id={id}
            key={series.top}
            type="number"
            min={1}
            max={1000}
            placeholder="20"
            defaultValue={series.top}
            onBlur={(e) => topOf(e.currentTarget.value) !== series.top && change({ top: topOf(e.currentTarget.value) })}
          />
        )}
      </Labelled>
    </LabelledRow>
  );
}

function counted(field: string | undefined): Partial<AuditSeries> {
  return field ? { function: 'unique', field } : { function: undefined, field: undefined };
}

/** Between 1 and 1000; none otherwise. */
function topOf(text: string): number | undefined {
  const top = Math.floor(Number(text));
  return text.trim() === '' || !Number.isFinite(top) || top < 1 ? undefined : Math.min(top, 1000);
}
