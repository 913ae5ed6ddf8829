// The operators in plain words, those of Entra Permissions Management where it
// had them, and what each takes.
import type { FieldInfo, FieldKind } from '../api/wire';
import type { Operator } from '../types';

/** Every operator, in the order in which they are offered. */
export function operators(): Operator[] {
  return [
    'is', 'is_not', 'in', 'not_in', 'contains', 'not_contains', 'matches', 'not_matches', 'in_cidr', 'not_in_cidr',
    'greater', 'less', 'exists', 'not_exists',
  ];
}

const LABELS: Record<Operator, string> = {
  is: 'Is',
  is_not: 'Is not',
  in: 'In',
  not_in: 'Not in',
  contains: 'Contains',
  not_contains: 'Not contains',
  matches: 'Matches pattern',
  not_matches: 'Matches no pattern',
  greater: 'After',
  less: 'Before',
  in_cidr: 'In network',
  not_in_cidr: 'Not in network',
  exists: 'Has a value',
  not_exists: 'Has no value',
};

const HELP: Partial<Record<Operator, string>> = {
  in: 'One of several values',
  not_in: 'None of several values; also where there is no value',
  is_not: 'Also where there is no value',
  contains: 'Has it somewhere, whatever the case',
  matches: '* is any characters, ? is one',
  in_cidr: 'Such as 10.0.0.0/8',
};

export function operatorLabel(op: Operator): string {
  return LABELS[op] ?? op;
}

export function operatorHelp(op: Operator): string | undefined {
  return HELP[op];
}

export function takesValues(op: Operator): boolean {
  return op !== 'exists' && op !== 'not_exists';
}

/** Tells whether an operator takes more than one value. */
export function takesSeveral(op: Operator, kind: FieldKind = 'text'): boolean {
  switch (op) {
    case 'is':
    case 'is_not':
    case 'greater':
    case 'less':
    case 'exists':
    case 'not_exists':
      return false;
  }
  return kind !== 'bool';
}

const OPPOSITES: Array<[Operator, Operator]> = [
  ['is', 'is_not'],
  ['in', 'not_in'],
  ['contains', 'not_contains'],
  ['matches', 'not_matches'],
  ['in_cidr', 'not_in_cidr'],
  ['exists', 'not_exists'],
];

/** The operator that holds exactly where another does not, if there is one. */
export function opposite(op: Operator): Operator | undefined {
  const pair = OPPOSITES.find((p) => p.includes(op));
  return pair?.find((other) => other !== op);
}

/** The operators that a field takes, in the order in which they are offered. */
export function operatorsOf(info: FieldInfo | undefined, current?: Operator): Operator[] {
  const taken = info?.operators ?? operators();
  const offered = operators().filter((op) => taken.includes(op));
  return current && !offered.includes(current) ? [...offered, current] : offered;
}

/** What a new condition on a field asks until something else is chosen. */
export function defaultOperator(info: FieldInfo | undefined): Operator {
  const wanted: Operator = info?.kind === 'time' ? 'greater' : info?.kind === 'words' ? 'contains' : 'is';
  const offered = operatorsOf(info);
  return offered.includes(wanted) ? wanted : (offered[0] ?? 'is');
}

/**
 * What becomes of operator and values when a rule is about another field: what
 * still fits stays.
 */
export function fitting(op: Operator, values: string[], from: FieldInfo | undefined, to: FieldInfo): { op: Operator; values: string[] } {
  const next = to.operators.includes(op) ? op : defaultOperator(to);
  const known = (v: string) => !to.values || to.values.length === 0 || to.values.includes(v) || v.includes('$');
  const sameKind = !from || from.kind === to.kind || (isText(from.kind) && isText(to.kind));
  return { op: next, values: trimmed(next, to.kind, sameKind ? values.filter(known) : []) };
}

function isText(kind: FieldKind): boolean {
  return kind === 'text' || kind === 'address' || kind === 'tag' || kind === 'words';
}

/** As many values as an operator takes. */
export function trimmed(op: Operator, kind: FieldKind | undefined, values: string[]): string[] {
  return !takesValues(op) ? [] : takesSeveral(op, kind) ? values : values.slice(0, 1);
}
