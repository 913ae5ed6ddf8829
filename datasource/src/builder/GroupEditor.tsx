import { MultiCombobox } from '@grafana/ui';

import { aggregateName, aggregateOf, aggregateOptions, groupable, withGroup } from './answer';
import type { AnswerProps } from './AnswerEditor';
import { Labelled, LabelledRow } from './Labelled';

/** Edits what events are grouped by, and what is said of each group. */
export function GroupEditor({ tree, fields, onChange }: AnswerProps) {
  const { by = [], aggregates = [] } = tree.group ?? {};
  return (
    <LabelledRow label="Groups">
      <Labelled label="Group by" width={360}>
        {(id) => (
          <MultiCombobox
            id={id}
            options={groupable(fields)}
            value={by}
            placeholder="One group of all events"
            onChange={(chosen) => onChange(withGroup(tree, { ...tree.group, by: chosen.map((o) => o.value) }))}
          />
        )}
      </Labelled>
      <Labelled label="Show" width={320}>
        {(id) => (
          <MultiCombobox
            id={id}
            options={aggregateOptions(fields)}
            value={aggregates.map(aggregateName)}
            placeholder="Count"
            onChange={(chosen) => onChange(withGroup(tree, { ...tree.group, by, aggregates: chosen.map((o) => aggregateOf(o.value)) }))}
          />
        )}
      </Labelled>
    </LabelledRow>
  );
}
