import { useStyles2 } from '@grafana/ui';
import { useId } from 'react';

import type { FieldInfo } from '../../api/wire';
import type { Operator } from '../../types';
import { useBuilder } from '../context';
import { describe } from '../describe';
import type { Rule } from '../model';
import { takesSeveral } from '../operators';
import type { ItemProblem } from '../problems';
import { hiddenStyles } from '../styles';

import { ChoiceValues } from './ChoiceValues';
import { TimeValue } from './TimeValue';
import { TokenInput } from './TokenInput';

interface Props {
  rule: Rule;
  info?: FieldInfo;
  problems: ItemProblem[];
  describedBy?: string;
}

/** Edits the values of a condition, by what kind they are of. */
export function ValueEditor({ rule, info, problems, describedBy }: Props) {
  const id = useId();
  const hidden = useStyles2(hiddenStyles);
  const { fields, dispatch } = useBuilder();
  const several = takesSeveral(rule.op, info?.kind);
  const change = (values: string[]) => dispatch({ type: 'change', id: rule.id, rule: { values, op: operatorFor(rule.op, values.length) } });
  const ofValues = problems.filter(({ part }) => part === 'values');
  const common = { id, values: rule.values, onChange: change, invalid: ofValues.length > 0, describedBy };
  const wrong = ofValues.flatMap(({ value }) => value ?? []);
  return (
    <>
      <label htmlFor={id} className={hidden}>
        {several ? 'Values' : 'Value'} of {describe(rule, fields)}
      </label>
      {info?.values && info.values.length > 0 ? (
        <ChoiceValues {...common} known={info.values} several={several} />
      ) : info?.kind === 'time' ? (
        <TimeValue {...common} />
      ) : (
        <TokenInput {...common} field={rule.field} wrong={wrong} placeholder={placeholder(info, rule.op)} completes={completes(info, rule.op)} />
      )}
    </>
  );
}

/** Two values are in a list; the operator says so. */
function operatorFor(op: Operator, count: number): Operator {
  if (count < 2) {
    return op;
  }
  return op === 'is' ? 'in' : op === 'is_not' ? 'not_in' : op;
}

function placeholder(info: FieldInfo | undefined, op: Operator): string {
  switch (op) {
    case 'in_cidr':
    case 'not_in_cidr':
      return 'such as 10.0.0.0/8';
    case 'matches':
    case 'not_matches':
      return 'a pattern with * and ?';
  }
  return info?.example ? `such as ${info.example}` : '';
}

/** Whole values are known to the log; parts, patterns and networks are not. */
function completes(info: FieldInfo | undefined, op: Operator): boolean {
  return info?.kind !== 'words' && op !== 'in_cidr' && op !== 'not_in_cidr';
}
