// Adds conditions to an audit query and takes them away, in either form.
import { type AuditNode, type AuditQuery, type FieldNode } from '../types';

import { conditionText } from './quote';
import { hasOr, parts, splitAnswer } from './scan';

/** Adds a condition that must hold beside what is asked already. */
export function addCondition(audit: AuditQuery, node: FieldNode): AuditQuery {
  if (audit.editor === 'text') {
    return { ...audit, text: addToText(audit.text, conditionText(node)) };
  }
  return { ...audit, query: { ...audit.query, where: addToTree(audit.query?.where, node) } };
}

/** Takes away a condition that stands at the top; others stay as they are. */
export function removeCondition(audit: AuditQuery, node: FieldNode): AuditQuery {
  if (audit.editor === 'text') {
    return { ...audit, text: removeFromText(audit.text, conditionText(node)) };
  }
  const rest = top(audit.query?.where).filter((child) => !same(child, node));
  return { ...audit, query: { ...audit.query, where: rest.length > 0 ? { all: rest } : undefined } };
}

export function hasCondition(audit: AuditQuery, node: FieldNode): boolean {
  if (audit.editor === 'text') {
    const { conditions } = splitAnswer(audit.text);
    return !hasOr(conditions) && atTop(conditions).includes(conditionText(node));
  }
  return top(audit.query?.where).some((child) => same(child, node));
}

/** The conditions that all must hold. */
function top(where: AuditNode | undefined): AuditNode[] {
  if (!where) {
    return [];
  }
  return 'all' in where && !where.disabled ? where.all : [where];
}

function addToTree(where: AuditNode | undefined, node: FieldNode): AuditNode {
  return { all: [...top(where), node] };
}

function same(a: AuditNode, b: FieldNode): boolean {
  return 'field' in a && !a.disabled && a.field === b.field && a.op === b.op && JSON.stringify(a.values) === JSON.stringify(b.values);
}

function addToText(text: string, condition: string): string {
  const { conditions, answer } = splitAnswer(text);
  const before = conditions.trim();
  const joined = before === '' ? condition : `${hasOr(before) ? `(${before})` : before} and ${condition}`;
  return answer === '' ? joined : `${joined} ${answer}`;
}

/** The conditions of a text that stand outside of parentheses and of not. */
function atTop(conditions: string): string[] {
  let depth = 0;
  let negated = false;
  const found: string[] = [];
  for (const part of parts(conditions)) {
    if (part.kind !== 'other') {
      if (depth === 0 && !negated) {
        found.push(part.text);
      }
      negated = false;
    } else if (part.text === '(' || part.text === ')') {
      depth += part.text === '(' ? 1 : -1;
      negated = false;
    } else if (part.text.trim() !== '') {
      negated = part.text.toLowerCase() === 'not';
    }
  }
  return found;
}

function removeFromText(text: string, condition: string): string {
  const { conditions, answer } = splitAnswer(text);
  const list = parts(conditions);
  const at = list.findIndex((part) => part.text === condition);
  if (at < 0) {
    return text;
  }
  const before = joined(list.slice(0, at)).replace(/\s*(\band\s*)?$/i, '');
  const after = joined(list.slice(at + 1)).replace(/^\s*(and\b\s*)?/i, '');
  const rest = [before, after].filter((s) => s !== '').join(' and ');
  return [rest, answer].filter((s) => s !== '').join(' ');
}

function joined(list: Array<{ text: string }>): string {
  return list.map((part) => part.text).join('');
}
