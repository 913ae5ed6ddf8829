// What the backend's resources answer to the tests and on the host page.
import type { FieldInfo, ReportInfo, SavedQuery, Systems, TableInfo, ValueCount } from '../api/wire';
import type { Operator } from '../types';

const whole: Operator[] = ['is', 'is_not', 'in', 'not_in'];
const text: Operator[] = [...whole, 'contains', 'not_contains', 'matches', 'not_matches', 'exists', 'not_exists'];

function field(name: string, title: string, more: Partial<FieldInfo> = {}): FieldInfo {
  return { name, title, help: `${title} of the event.`, kind: 'text', operators: text, example: 'x', group: true, sort: true, ...more };
}

export const fields: FieldInfo[] = [
  field('time', 'Date', { kind: 'time', operators: ['greater', 'less'], group: false, example: '2026-01-31T12:00:00Z' }),
  field('system', 'Authorization System', { aliases: ['account'], example: '111122223333' }),
  field('identity', 'Identity', { example: 'arn:aws:iam::111122223333:user/ana' }),
  field('username', 'Username', { aliases: ['user'], example: 'ana' }),
  field('session', 'Role Session Name', { example: 'ci-4711' }),
  field('access_key', 'Access Key ID', { example: 'AKIAIOSFODNN7EXAMPLE' }),
  field('action', 'Task Name', { several: true, aliases: ['task'], example: 'iam:CreateUser' }),
  field('severity', 'Task Severity', { kind: 'enum', values: ['high', 'normal'], operators: [...whole, 'exists', 'not_exists'], example: 'high' }),
  field('resource', 'Resource Name', { several: true, example: 'arn:aws:s3:::reports' }),
  field('outcome', 'State', {
    kind: 'enum',
    values: ['success', 'authorization_failure', 'error'],
    operators: [...whole, 'exists', 'not_exists'],
    example: 'authorization_failure',
  }),
  field('address', 'IP Address', { kind: 'address', operators: [...text, 'in_cidr', 'not_in_cidr'], example: '203.0.113.9' }),
  field('read_only', 'Read Only', { kind: 'bool', values: ['true', 'false'], operators: whole, example: 'false' }),
  field('text', 'Free Text', { kind: 'words', operators: ['contains', 'not_contains'], group: false, sort: false, example: 'reports' }),
];

export const values: Record<string, ValueCount[]> = {
  username: [{ value: 'ana', count: 120 }, { value: 'ben', count: 12 }],
  identity: [{ value: 'arn:aws:iam::111122223333:user/ana', count: 120 }],
  action: [{ value: 's3:GetObject', count: 90 }, { value: 'iam:CreateUser', count: 3 }],
  access_key: [{ value: 'AKIAIOSFODNN7EXAMPLE', count: 44 }],
};

export const tables: TableInfo[] = [
  {
    name: 'identities',
    title: 'Identities',
    group: 'entitlements',
    help: 'Who there is, with the score and what is granted and used.',
    columns: [
      { name: 'system', title: 'System', type: 'string' },
      { name: 'identity', title: 'Identity', type: 'string', help: 'Unique id.' },
      { name: 'name', title: 'Name', type: 'string' },
      { name: 'pci', title: 'PCI', type: 'number', unit: 'points' },
      { name: 'unused_high', title: 'Unused high-risk', type: 'number', unit: 'actions' },
      { name: 'last_active', title: 'Last active', type: 'time' },
    ],
    filters: [
      { name: 'band', title: 'Band', kind: 'enum', values: ['low', 'medium', 'high'], several: true },
      { name: 'type', title: 'Type', kind: 'enum', values: ['user', 'role', 'group'], several: true },
      { name: 'owner', title: 'Owner', kind: 'text', completes: true, several: true },
      { name: 'risky', title: 'Risky', kind: 'enum', values: ['yes', 'no'] },
    ],
  },
  {
    name: 'permissions',
    title: 'Permissions of an identity',
    group: 'entitlements',
    help: 'Each permission of one identity.',
    columns: [
      { name: 'action', title: 'Action', type: 'string' },
      { name: 'points', title: 'Points', type: 'number' },
    ],
    filters: [{ name: 'identity', title: 'Identity', kind: 'text', required: true, completes: true }],
  },
  {
    name: 'who_can',
    title: 'Who can',
    group: 'access',
    help: 'Who may do something.',
    columns: [{ name: 'identity', title: 'Identity', type: 'string' }],
    filters: [{ name: 'action', title: 'Action', kind: 'text', required: true }],
  },
  {
    name: 'findings',
    title: 'Findings',
    group: 'findings',
    help: 'What is wrong.',
    columns: [
      { name: 'finding', title: 'Finding', type: 'string' },
      { name: 'impact', title: 'Impact', type: 'number' },
    ],
    filters: [{ name: 'min_impact', title: 'Impact at least', kind: 'number' }],
  },
  {
    name: 'pci_history',
    title: 'PCI over time',
    group: 'pci',
    help: 'The score over time.',
    timed: true,
    columns: [
      { name: 'time', title: 'Time', type: 'time' },
      { name: 'name', title: 'Name', type: 'string' },
      { name: 'pci', title: 'PCI', type: 'number', unit: 'points' },
    ],
    filters: [{ name: 'by', title: 'By', kind: 'enum', values: ['system', 'folder', 'all'], default: 'all' }],
  },
  {
    name: 'pci',
    title: 'PCI',
    group: 'pci',
    help: 'The score now.',
    columns: [{ name: 'pci', title: 'PCI', type: 'number', unit: 'points' }],
    filters: [{ name: 'by', title: 'By', kind: 'enum', values: ['system', 'folder', 'all'] }],
  },
  {
    name: 'runs',
    title: 'Runs',
    group: 'remediation',
    help: 'Runs of playbooks.',
    columns: [{ name: 'run', title: 'Run', type: 'string' }],
    filters: [{ name: 'pending', title: 'Waits for approval', kind: 'enum', values: ['yes', 'no'] }],
  },
];

export const tableValues: Record<string, ValueCount[]> = { owner: [{ value: 'payments', count: 4 }, { value: 'platform', count: 2 }] };

export const systems: Systems = {
  now: '2026-11-28T12:00:00Z',
  version: '0.1.0',
  caller: { name: 'grafana', role: 'viewer', all: true },
  systems: [
    { cloud: 'aws', id: '111122223333', name: 'production', folders: ['prod'], state: 'online', identities: 10, findings: 4, problems: 0 },
    { cloud: 'aws', id: '444455556666', name: 'staging', folders: ['test'], state: 'failed', identities: 5, findings: 1, problems: 2 },
    { cloud: 'gcp', id: 'analytics-prod', folders: ['prod'], state: 'online', identities: 3, findings: 0, problems: 0 },
  ],
  folders: ['prod', 'test'],
};

export const reports: ReportInfo[] = [
  {
    kind: 'permissions_analytics',
    title: 'Permissions analytics',
    help: 'The state of every system.',
    formats: ['pdf', 'xlsx', 'csv', 'json'],
    parts: [
      { name: 'summary', title: 'Summary', tables: ['identities'] },
      { name: 'findings', title: 'Findings', tables: ['findings'] },
    ],
    filters: [{ name: 'owner', title: 'Owner', kind: 'text', several: true, completes: true }],
    complete_from: { owner: 'identities' },
  },
  { kind: 'access_keys', title: 'Access keys', help: 'Keys with their age and use.', formats: ['csv'] },
];

export const savedQueries: SavedQuery[] = [
  {
    id: 'q1',
    name: 'Q1 · Accounts used by a user',
    visibility: 'shared',
    kind: 'system',
    text: 'username:* | count by username, system',
    query: { where: { field: 'username', op: 'exists' }, group: { by: ['username', 'system'] }, range: { last: '90d' } },
    created: '2026-01-01T00:00:00Z',
    modified: '2026-01-01T00:00:00Z',
    version: 1,
  },
  {
    id: 'mine',
    name: 'Refused calls',
    owner: 'ana',
    visibility: 'private',
    kind: 'custom',
    text: 'outcome:authorization_failure',
    query: { where: { field: 'outcome', op: 'is', values: ['authorization_failure'] } },
    created: '2026-01-01T00:00:00Z',
    modified: '2026-01-01T00:00:00Z',
    version: 3,
  },
];

/** Answers a GET of a resource. */
export function answer(path: string, params: Record<string, string> = {}): unknown {
  switch (path) {
    case 'fields':
      return { fields };
    case 'tables':
      return { tables };
    case 'systems':
      return systems;
    case 'reports':
      return { reports };
    case 'triggers':
      return { triggers: [] };
    case 'saved-queries':
      return { queries: savedQueries };
    case 'values':
      return { values: beginning(values[params.field], params.prefix) };
    case 'table-values':
      return { values: beginning(tableValues[params.filter], params.prefix) };
  }
  throw new Error(`nothing answers ${path}`);
}

function beginning(list: ValueCount[] = [], prefix = ''): ValueCount[] {
  return list.filter(({ value }) => value.startsWith(prefix));
}
