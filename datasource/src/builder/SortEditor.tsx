import { Button, IconButton, MultiCombobox } from '@grafana/ui';

import type { AuditOrder } from '../types';

import { sortOptions } from './answer';
import type { AnswerProps } from './AnswerEditor';
import { Labelled, LabelledRow } from './Labelled';

/** Edits the order of an answer. */
export function SortEditor({ tree, fields, onChange }: AnswerProps) {
  const sort = tree.sort ?? [];
  const options = sortOptions(tree, fields);
  const change = (next: AuditOrder[]) => onChange({ ...tree, sort: next.length > 0 ? next : undefined });
  const labelOf = (by: string) => options.find((o) => o.value === by)?.label ?? by;
  const turn = (i: number) => change(sort.map((order, at) => (at === i ? turned(order) : order)));
  return (
    <LabelledRow label="Order">
      <Labelled label="Sort by" width={360}>
        {(id) => (
          <MultiCombobox
            id={id}
            options={options}
            value={sort.map(({ by }) => by)}
            placeholder={tree.group ? 'Greatest first' : 'Latest first'}
            onChange={(chosen) => change(chosen.map(({ value }) => sort.find(({ by }) => by === value) ?? firstOrder(value)))}
          />
        )}
      </Labelled>
      {sort.map((order, i) => (
        <Button
          key={order.by}
          variant="secondary"
          icon={order.descending ? 'arrow-down' : 'arrow-up'}
          aria-label={`${labelOf(order.by)} ${order.descending ? 'descending' : 'ascending'}; turn round`}
          onClick={() => turn(i)}
        >
          {labelOf(order.by)}
        </Button>
      ))}
      {sort.length > 0 && <IconButton name="times" aria-label="Back to the usual order" onClick={() => change([])} />}
    </LabelledRow>
  );
}

/** Numbers and times are wanted with the greatest first, names are not. */
function firstOrder(by: string): AuditOrder {
  return /^(count|unique\(|first$|last$|time$|ingested$)/.test(by) ? { by, descending: true } : { by };
}

function turned({ by, descending }: AuditOrder): AuditOrder {
  return descending ? { by } : { by, descending: true };
}
