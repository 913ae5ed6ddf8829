import type { ComboboxOption } from '@grafana/ui';

/**
 * The value that was chosen. Grafana's Combobox says that nothing was when Enter
 * is pressed in a list that has become shorter, although its type does not.
 */
export function chosenValue<T extends string>(option: ComboboxOption<T> | null | undefined): T | undefined {
  return option?.value;
}
