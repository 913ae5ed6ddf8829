/** Adds values that are not there yet. */
export function withValues(values: string[], more: string[]): string[] {
  return [...new Set([...values, ...more.map((v) => v.trim()).filter((v) => v !== '')])];
}

/** The lines of a text that is pasted: a list from elsewhere is one value a line. */
export function lines(text: string): string[] {
  return text.split(/\r?\n|\t/).map((line) => line.trim()).filter((line) => line !== '');
}

/** An option of the list below what is typed. */
export interface Suggestion {
  value: string;
  /** How often it occurs, or what it is. */
  note?: string;
}

/** What can be chosen: variables that fit what is typed, then values of the log. */
export function suggestions(typed: string, variables: string[], found: Array<{ value: string; count: number }>, chosen: string[]): Suggestion[] {
  const wanted = typed.trim().toLowerCase();
  const fit = variables.filter((name) => wanted === '' || name.toLowerCase().includes(wanted));
  const list: Suggestion[] = [
    ...found.map(({ value, count }) => ({ value, note: count > 0 ? count.toLocaleString() : undefined })),
    ...fit.map((value) => ({ value, note: 'Variable' })),
  ];
  return list.filter(({ value }) => !chosen.includes(value));
}
