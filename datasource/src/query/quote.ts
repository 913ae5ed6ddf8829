// How values are written in the text form of the query language (see
// docs/audit-queries.md): as they are where that is safe, else in quotes.
import type { FieldNode } from '../types';

const RESERVED = /^(and|or|not|disabled)$/i;

/** What may always stand without quotes, as a value and never as a pattern. */
const SAFE = /^[\p{L}\p{N}_.][\p{L}\p{N}_.:@/+=-]*$/u;

/** Writes a text between quotation marks, whatever is in it. */
export function quoted(text: string): string {
  return `"${escaped(text)}"`;
}

/** Writes a text as it stands between quotation marks of either kind. */
export function escaped(text: string): string {
  return text.replace(/["\\'\p{C}\p{Zl}\p{Zp}]/gu, (c) => {
    switch (c) {
      case '"':
      case '\\':
        return `\\${c}`;
      case '\n':
        return '\\n';
      case '\t':
        return '\\t';
      case "'":
        return '\\x27';
    }
    return `\\u{${(c.codePointAt(0) ?? 0).toString(16)}}`;
  });
}

/** Writes the value of a variable: it is one value, never a pattern or a sign. */
export function safe(text: string): string {
  return SAFE.test(text) && !RESERVED.test(text) ? text : quoted(text);
}

/** Writes a value of a field. */
export function valueText(field: string, value: string): string {
  // Without quotes it would be a network.
  return field === 'address' && value.includes('/') ? quoted(value) : safe(value);
}

/** Writes a condition that compares a field with whole values. */
export function conditionText(node: FieldNode): string {
  const plain = node.op.replace(/^(is_)?not(_|$)/, '') || 'is';
  const sign = plain === node.op ? ':' : '!:';
  const values = node.values ?? [];
  switch (plain) {
    case 'is':
    case 'in':
      return values.length > 0 ? node.field + sign + list(values.map((v) => valueText(node.field, v))) : named(node);
    case 'exists':
      return `${node.field}${sign}*`;
    case 'contains':
      return node.field === 'text' && sign === ':' && values.length === 1 ? quoted(values[0]) : `${node.field}${sign}~${list(values.map(safe))}`;
  }
  return named(node);
}

/** Writes a condition with the name of its operator. */
function named({ field, op, values = [] }: FieldNode): string {
  const write = op === 'matches' || op === 'not_matches' ? patternText : safe;
  return `${field}:${op}(${values.map(write).join(', ')})`;
}

/** Writes a pattern, whose wildcards stay outside of quotes. */
function patternText(pattern: string): string {
  const parts = pattern.match(/[*?]|(?:\\.|[^*?\\])+|\\$/gsu) ?? [];
  const texts = parts.map((part) => (part === '*' || part === '?' ? part : safe(part.replace(/\\(.)/gsu, '$1'))));
  return texts.join('') || '""';
}

function list(texts: string[]): string {
  return texts.length === 1 ? texts[0] : `(${texts.join(', ')})`;
}
