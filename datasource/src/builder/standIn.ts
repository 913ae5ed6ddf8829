// Turns a tree into a text and back while variables stay in it. The parser does
// not know variables, and would not take one in the place of a time or of one of
// several known values; so they are replaced by words that it takes, and put
// back into what it makes of them.
import type { FieldInfo } from '../api/wire';
import { conditionText } from '../query/quote';
import { type Part, parts, splitAnswer } from '../query/scan';
import type { AuditNode, AuditTree, FieldNode, Operator } from '../types';

const REFERENCE = /\$\w+|\[\[\w+(?::\w+)?\]\]|\$\{[^}]+\}/g;

/** A field that takes any words, in the place of one that does not. */
const LOOSE = 'user_agent';

/** Words in the place of variables, or of whole conditions. */
class Words {
  private readonly references: string[] = [];
  private readonly nodes: AuditNode[] = [];

  mask(text: string): string {
    return text.replace(REFERENCE, (reference) => word('v', this.references.push(reference) - 1));
  }

  unmask(text: string): string {
    return text.replace(pattern('v'), (_, n: string) => this.references[Number(n)] ?? '');
  }

  hide(node: AuditNode): FieldNode {
    return { field: LOOSE, op: 'is', values: [word('c', this.nodes.push(node) - 1)] };
  }

  /** The condition that another stands for. */
  hidden({ field, values = [] }: FieldNode): AuditNode | undefined {
    const n = field === LOOSE && values.length === 1 ? new RegExp(`^${pattern('c').source}$`).exec(values[0])?.[1] : undefined;
    return n === undefined ? undefined : this.nodes[Number(n)];
  }

  show(text: string): string {
    return text.replace(new RegExp(`${LOOSE}:${pattern('c').source}`, 'g'), (_, n: string) => {
      const node = this.nodes[Number(n)];
      return node && 'field' in node ? conditionText(node) : '';
    });
  }
}

function word(kind: string, n: number): string {
  return `leastward${kind}${n}x`;
}

function pattern(kind: string): RegExp {
  return new RegExp(`leastward${kind}(\\d+)x`, 'g');
}

export function hasReferences(text: string): boolean {
  return text.search(REFERENCE) >= 0;
}

/** A tree that the parser takes, and how its text gets the variables back. */
export function maskTree(tree: AuditTree, fields: FieldInfo[]): { tree: AuditTree; unmask: (text: string) => string } {
  const words = new Words();
  const { where } = tree;
  const masked = where && mapNode(where, (node) => maskNode(node, fields, words));
  return { tree: masked ? { ...tree, where: masked } : tree, unmask: (text) => words.unmask(words.show(text)) };
}

function maskNode(node: FieldNode, fields: FieldInfo[], words: Words): FieldNode {
  const { values = [], op } = node;
  if (!values.some(hasReferences)) {
    return node;
  }
  return isStrict(fields, node.field, op) ? { ...words.hide(node), ...(node.disabled && { disabled: true }) } : { ...node, values: values.map((v) => words.mask(v)) };
}

/** Tells whether a condition takes only values of a certain form. */
function isStrict(fields: FieldInfo[], field: string, op: string): boolean {
  const kind = infoOf(fields, field)?.kind;
  return kind === 'enum' || kind === 'bool' || kind === 'time' || op === 'in_cidr' || op === 'not_in_cidr';
}

function infoOf(fields: FieldInfo[], name: string): FieldInfo | undefined {
  return fields.find((f) => f.name === name.toLowerCase() || f.aliases?.includes(name.toLowerCase()));
}

/** A text that the parser takes, and how its tree gets the variables back. */
export function maskText(text: string, fields: FieldInfo[]): { text: string; unmask: (tree: AuditTree) => AuditTree } {
  const words = new Words();
  const { conditions, answer } = splitAnswer(text);
  const masked = parts(conditions).map((part) => maskPart(part, fields, words)).join('');
  const unmask = (tree: AuditTree) => (tree.where ? { ...tree, where: mapNode(tree.where, (node) => unmaskNode(node, words)) } : tree);
  return { text: masked + answer, unmask };
}

function maskPart(part: Part, fields: FieldInfo[], words: Words): string {
  if (part.kind === 'other' || !hasReferences(part.text)) {
    return part.text;
  }
  const node = part.kind === 'condition' ? strictNode(part, fields) : undefined;
  return node ? conditionText(words.hide(node)) : words.mask(part.text);
}

function unmaskNode(node: FieldNode, words: Words): AuditNode {
  const hidden = words.hidden(node);
  if (hidden) {
    return node.disabled ? { ...hidden, disabled: true } : hidden;
  }
  return node.values ? { ...node, values: node.values.map((v) => words.unmask(v)) } : node;
}

/** Reads a condition on a field whose values the parser would not take. */
function strictNode({ head, values: written }: Extract<Part, { kind: 'condition' }>, fields: FieldInfo[]): AuditNode | undefined {
  const [, name = '', not = '', sign = ''] = /^([a-z_]+)(!?):\s*([^\s(]*)\s*$/i.exec(head) ?? [];
  if (!isStrict(fields, name, sign)) {
    return undefined;
  }
  const values = written.map(unquoted);
  const field = infoOf(fields, name)?.name ?? name;
  switch (sign) {
    case '':
      return { field, op: plainOperator(not !== '', values.length), values };
    case '>':
    case '<':
      return { field, op: sign === '>' ? 'greater' : 'less', values };
    case '>=':
    case '<=':
      return { not: { field, op: sign === '>=' ? 'less' : 'greater', values } };
  }
  return { field, op: sign as Operator, values };
}

function plainOperator(negated: boolean, count: number): Operator {
  if (count > 1) {
    return negated ? 'not_in' : 'in';
  }
  return negated ? 'is_not' : 'is';
}

function unquoted(text: string): string {
  const inside = /^(["'])(.*)\1$/s.exec(text)?.[2];
  return (inside ?? text).replace(/\\(.)/gs, '$1');
}

/** Changes the conditions of a tree. */
function mapNode(node: AuditNode, change: (node: FieldNode) => AuditNode): AuditNode {
  if ('all' in node) {
    return { ...node, all: node.all.map((child) => mapNode(child, change)) };
  }
  if ('any' in node) {
    return { ...node, any: node.any.map((child) => mapNode(child, change)) };
  }
  return 'not' in node ? { ...node, not: mapNode(node.not, change) } : change(node);
}
