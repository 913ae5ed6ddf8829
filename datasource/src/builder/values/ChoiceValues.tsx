import { Combobox, type ComboboxOption, MultiCombobox } from '@grafana/ui';
import { useMemo } from 'react';

import { chosenValue } from '../chosen';
import { useBuilder } from '../context';

import type { ValuesProps } from './types';

interface Props extends ValuesProps {
  /** All values that there are. */
  known: string[];
  several: boolean;
}

/** Chooses among known values, and variables. */
export function ChoiceValues({ id, values, onChange, invalid, known, several }: Props) {
  const { variables } = useBuilder();
  const options = useMemo(() => optionsOf(known, variables, values), [known, variables, values]);
  if (several) {
    return <MultiCombobox id={id} options={options} value={values} invalid={invalid} placeholder="Choose" onChange={(chosen) => onChange(chosen.map((o) => o.value))} />;
  }
  return <Combobox id={id} options={options} value={values[0] ?? null} invalid={invalid} placeholder="Choose" onChange={(chosen) => onChange(withChoice(values, chosenValue(chosen)))} />;
}

function withChoice(values: string[], value: string | undefined): string[] {
  return value === undefined ? values : [value];
}

function optionsOf(known: string[], variables: string[], values: string[]): ComboboxOption[] {
  const others = values.filter((v) => !known.includes(v) && !variables.includes(v));
  return [
    ...known.map((value) => ({ value, label: wordsOf(value) })),
    ...others.map((value) => ({ value, label: value })),
    ...variables.map((value) => ({ value, label: value, description: 'Variable' })),
  ];
}

/** authorization_failure is for machines. */
function wordsOf(value: string): string {
  const words = value.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
