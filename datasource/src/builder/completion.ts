// Completes what is typed in a text: names of fields, and known values.
import type { FieldInfo } from '../api/wire';

export interface Completion {
  label: string;
  /** What stands in the place of the typed word. */
  insert: string;
  note: string;
}

/** What may be meant, and the word that it would replace. */
export interface Completions {
  from: number;
  to: number;
  list: Completion[];
}

const MOST = 8;

/** What may be meant by the word before a place in a text. */
export function completionsAt(text: string, caret: number, fields: FieldInfo[], names: string[]): Completions {
  const word = /[^\s()|,"']*$/.exec(text.slice(0, caret))?.[0] ?? '';
  const colon = word.indexOf(':');
  const begin = caret - word.length;
  if (word === '') {
    return { from: caret, to: caret, list: [] };
  }
  if (colon < 0) {
    return { from: begin, to: caret, list: [...fieldNames(word, fields, text, begin), ...variables(word, names)].slice(0, MOST) };
  }
  const info = fieldOf(word.slice(0, colon).replace(/!$/, ''), fields);
  const typed = word.slice(colon + 1);
  const list = [...(info?.values ?? []).filter((v) => v.startsWith(typed) && v !== typed).map((v) => ({ label: v, insert: v, note: info?.title ?? '' })), ...variables(typed, names)];
  return { from: begin + colon + 1, to: caret, list: list.slice(0, MOST) };
}

function fieldOf(name: string, fields: FieldInfo[]): FieldInfo | undefined {
  return fields.find((f) => f.name === name || f.aliases?.includes(name));
}

/** In an answer a field is named alone; in a condition a colon follows. */
function fieldNames(word: string, fields: FieldInfo[], text: string, begin: number): Completion[] {
  const sign = text.slice(0, begin).includes('|') ? '' : ':';
  const wanted = word.toLowerCase();
  const fit = fields.filter((f) => f.name !== 'text' && [f.name, f.title.toLowerCase(), ...(f.aliases ?? [])].some((n) => n.startsWith(wanted)));
  return fit.filter((f) => f.name !== word).map((f) => ({ label: f.name, insert: f.name + sign, note: f.title }));
}

function variables(typed: string, names: string[]): Completion[] {
  return typed.startsWith('$') ? names.filter((n) => n.startsWith(typed) && n !== typed).map((n) => ({ label: n, insert: n, note: 'Variable' })) : [];
}
