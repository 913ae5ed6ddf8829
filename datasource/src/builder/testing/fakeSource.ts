// A backend for tests. What it parses are the pairs of testdata/pairs.json, which
// a test in Go holds against the real parser, and plain conditions.
import { ResourceError } from '../../api/requester';
import type { Parsed, ParseProblem, SavedQuery, SaveRequest, SavedTree, ValueCount } from '../../api/wire';
import { treeText } from '../../query/display';
import { fields as some } from '../../test/fixture';
import type { AuditNode, AuditTree, FieldNode } from '../../types';
import type { Source } from '../source';
import pairs from '../testdata/pairs.json';

export const fields = some;

export interface FakeSource extends Source {
  parsed: Array<{ text?: string; query?: AuditTree }>;
  asked: Array<{ field: string; prefix?: string }>;
  saved: SavedQuery[];
  requests: SaveRequest[];
  /** Does something before a query is saved, such as somebody else's change. */
  beforeSave?: () => void;
}

export const refused = (status: number, problem: ParseProblem) => new ResourceError(problem.error, status, problem);

export function savedQuery(part: Partial<SavedQuery> = {}): SavedQuery {
  const query: SavedTree = part.query ?? { where: { all: [{ field: 'username', op: 'is', values: ['ana'] }] } };
  const times = { created: '2026-11-01T00:00:00Z', modified: '2026-11-02T00:00:00Z' };
  return { id: 's1', name: 'Ana', owner: 'ana', visibility: 'private', kind: 'custom', text: treeText(query), version: 1, ...times, ...part, query };
}

export function starter(): SavedQuery {
  const query: SavedTree = { where: { field: 'outcome', op: 'is', values: ['authorization_failure'] } };
  return savedQuery({ id: 'q4', name: 'Review authorization failures', owner: undefined, kind: 'system', visibility: 'shared', text: 'outcome:authorization_failure', query });
}

const VALUES: Record<string, ValueCount[]> = { username: [{ value: 'ana', count: 120 }, { value: 'anna', count: 12 }, { value: 'ben', count: 3 }] };

export function fakeSource(saved: SavedQuery[] = []): FakeSource {
  const source: FakeSource = {
    parsed: [],
    asked: [],
    saved,
    requests: [],
    fields: () => Promise.resolve(fields),
    values: (request) => {
      source.asked.push(request);
      return Promise.resolve((VALUES[request.field] ?? []).filter(({ value }) => value.startsWith(request.prefix ?? '')));
    },
    parse: async (asked) => {
      source.parsed.push(asked);
      return 'text' in asked ? parseText(asked.text) : parseTree(asked.query);
    },
    savedQueries: () => Promise.resolve([...source.saved]),
    savedQuery: async (id) => one(source, id),
    save: async (request, id) => save(source, request, id),
    deleteSaved: async (id) => {
      one(source, id);
      source.saved = source.saved.filter((q) => q.id !== id);
    },
    duplicateSaved: async (id) => put(source, { ...one(source, id), id: `${id}-copy`, name: `Copy of ${one(source, id).name}`, kind: 'custom', version: 1 }),
    shareSaved: async (id, visibility) => put(source, { ...one(source, id), visibility }),
  };
  return source;
}

function one(source: FakeSource, id: string): SavedQuery {
  const found = source.saved.find((q) => q.id === id);
  if (!found) {
    throw refused(404, { error: 'there is no such query' });
  }
  return found;
}

function put(source: FakeSource, query: SavedQuery): SavedQuery {
  source.saved = [...source.saved.filter((q) => q.id !== query.id), query];
  return query;
}

function save(source: FakeSource, request: SaveRequest, id?: string): SavedQuery {
  source.beforeSave?.();
  const before = id === undefined ? undefined : one(source, id);
  if (before && request.version !== before.version) {
    throw refused(409, { error: 'The query is at another version.' });
  }
  source.requests.push(request);
  const { query = {}, name, description, visibility = 'private' } = request;
  return put(source, savedQuery({ id: id ?? 'new', name, description, visibility, query, version: (before?.version ?? 0) + 1 }));
}

function parseTree(query: AuditTree): Parsed {
  const problems = query.where ? problemsOf(query.where, 'where') : [];
  if (problems.length > 0) {
    const [{ path, error }] = problems;
    throw refused(400, { error: `${path}: ${error}`, path, problems });
  }
  const pair = pairs.find((p) => JSON.stringify(p.query) === JSON.stringify(query));
  return { text: pair?.text ?? (treeText(query) || '*'), query };
}

interface Found {
  path: string;
  error: string;
}

function problemsOf(node: AuditNode, path: string): Found[] {
  if (node.disabled) {
    return [];
  }
  if ('not' in node) {
    return problemsOf(node.not, `${path}.not`);
  }
  if ('field' in node) {
    return valueProblems(node, path);
  }
  const [children, name] = 'all' in node ? [node.all, 'all'] : [node.any, 'any'];
  return children.flatMap((child, i) => problemsOf(child, `${path}.${name}[${i}]`));
}

function valueProblems({ field, op, values = [] }: FieldNode, path: string): Found[] {
  const known = fields.find((f) => f.name === field)?.values;
  return values.flatMap((value, i) => {
    const at = `${path}.values[${i}]`;
    if (known && !known.includes(value)) {
      return [{ path: at, error: `"${value}" is not one of ${known.join(', ')}` }];
    }
    return op === 'in_cidr' && !/^[\d.]+\/\d+$/.test(value) ? [{ path: at, error: `"${value}" is not a network` }] : [];
  });
}

/** Reads a pair's text, or conditions of one value joined by "and". */
function parseText(text: string): Parsed {
  const pair = pairs.find((p) => p.text === text);
  if (pair) {
    return { text, query: pair.query as SavedTree };
  }
  const nodes = text.split(' and ').filter((s) => s !== '' && s !== '*').map((part) => condition(part, text));
  return { text, query: nodes.length === 0 ? {} : { where: nodes.length === 1 ? nodes[0] : { all: nodes } } };
}

function condition(part: string, text: string): FieldNode {
  const [, field = '', not, value = ''] = /^(\w+)(!?):"?([^"\s]*)"?$/.exec(part) ?? [];
  const info = fields.find((f) => f.name === field);
  if (!info || (info.values && !info.values.includes(value))) {
    const offset = new TextEncoder().encode(text.slice(0, text.indexOf(part))).length;
    const error = info ? `"${value}" is not one of ${info.values?.join(', ')}` : `"${field || part}" is not a field`;
    throw refused(400, { error: `line 1, column ${offset + 1}: ${error}\n    ${text}`, path: 'text', offset });
  }
  const patterned = value.includes('*');
  return { field, op: patterned ? (not ? 'not_matches' : 'matches') : not ? 'is_not' : 'is', values: [value] };
}
