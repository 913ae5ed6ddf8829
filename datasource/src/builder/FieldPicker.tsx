import { Combobox, useStyles2 } from '@grafana/ui';
import { useId, useMemo } from 'react';

import type { FieldInfo } from '../api/wire';

import { useBuilder, useField } from './context';
import { describe } from './describe';
import type { Rule } from './model';
import { chosenValue } from './chosen';
import { fitting } from './operators';
import { hiddenStyles } from './styles';

/** Chooses what a condition is about. */
export function FieldPicker({ rule }: { rule: Rule }) {
  const id = useId();
  const hidden = useStyles2(hiddenStyles);
  const { fields, dispatch } = useBuilder();
  const from = useField(rule.field);
  const options = useMemo(() => fields.map(optionOf), [fields]);
  return (
    <>
      <label htmlFor={id} className={hidden}>
        Field of {describe(rule, fields)}
      </label>
      <Combobox
        id={id}
        options={options}
        value={rule.field === '' ? null : rule.field}
        placeholder="Choose a field"
        onChange={(chosen) => {
          const to = fields.find((f) => f.name === chosenValue(chosen));
          if (to && to.name !== rule.field) {
            dispatch({ type: 'change', id: rule.id, rule: { field: to.name, ...fitting(rule.op, rule.values, from, to) }, focus: 'values' });
          }
        }}
      />
    </>
  );
}

function optionOf({ name, title, help }: FieldInfo) {
  return { value: name, label: title, description: `${name}: ${help}` };
}
