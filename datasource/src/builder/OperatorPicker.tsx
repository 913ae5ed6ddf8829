import { Combobox, useStyles2 } from '@grafana/ui';
import { useId } from 'react';

import { chosenValue } from './chosen';
import { useBuilder, useField } from './context';
import { describe } from './describe';
import type { Rule } from './model';
import { operatorHelp, operatorLabel, operatorsOf, takesValues, trimmed } from './operators';
import { hiddenStyles } from './styles';

/** Chooses how a condition compares. */
export function OperatorPicker({ rule }: { rule: Rule }) {
  const id = useId();
  const hidden = useStyles2(hiddenStyles);
  const { fields, dispatch } = useBuilder();
  const info = useField(rule.field);
  const options = operatorsOf(info, rule.op).map((value) => ({ value, label: operatorLabel(value), description: operatorHelp(value) }));
  return (
    <>
      <label htmlFor={id} className={hidden}>
        Operator of {describe(rule, fields)}
      </label>
      <Combobox
        id={id}
        options={options}
        value={rule.op}
        onChange={(chosen) => {
          const op = chosenValue(chosen) ?? rule.op;
          const change = { op, values: trimmed(op, info?.kind, rule.values) };
          dispatch({ type: 'change', id: rule.id, rule: change, focus: takesValues(op) ? 'values' : undefined });
        }}
      />
    </>
  );
}
