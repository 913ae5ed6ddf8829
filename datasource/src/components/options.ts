import { getTemplateSrv } from '@grafana/runtime';
import type { ComboboxOption } from '@grafana/ui';

import type { ValueCount } from '../api/wire';

/** The dashboard's variables as values that a user can choose. */
export function variableOptions(): ComboboxOption[] {
  return getTemplateSrv()
    .getVariables()
    .filter((variable) => variable.type !== 'adhoc' && variable.type !== 'datasource')
    .map(({ name }) => ({ value: `$${name}`, label: `$${name}`, description: 'Variable', group: 'Variables' }));
}

/** Values as options; those chosen stay, whatever is offered. */
export function optionsOf(values: string[], chosen: string[] = []): ComboboxOption[] {
  return [...new Set([...values, ...chosen])].map((value) => ({ value, label: value }));
}

/** Completions with how often each occurs. */
export function countOptions(values: ValueCount[]): ComboboxOption[] {
  return values.map(({ value, count }) => ({ value, label: value, description: count > 0 ? count.toLocaleString() : undefined }));
}

/** Options that have a text in them, whatever the case. */
export function matching(options: ComboboxOption[], text: string): ComboboxOption[] {
  const wanted = text.toLowerCase();
  return options.filter((o) => `${o.label} ${o.value}`.toLowerCase().includes(wanted));
}
