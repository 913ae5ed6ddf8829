// What the resources of the plugin's backend answer. The shapes are those of
// the exporter's API (internal/api).
import type { AuditTree, Operator } from '../types';

export type FieldKind = 'text' | 'enum' | 'bool' | 'address' | 'time' | 'tag' | 'words';

/** A field of the audit query language. */
export interface FieldInfo {
  name: string;
  title: string;
  help: string;
  kind: FieldKind;
  values?: string[];
  several?: boolean;
  operators: Operator[];
  aliases?: string[];
  example: string;
  group: boolean;
  sort: boolean;
}

export interface ValueCount {
  value: string;
  count: number;
}

export type ColumnType = 'string' | 'number' | 'time' | 'boolean';

export interface ColumnInfo {
  name: string;
  title: string;
  type: ColumnType;
  unit?: string;
  help?: string;
}

export interface TableFilter {
  name: string;
  title: string;
  help?: string;
  kind: 'enum' | 'text' | 'number';
  values?: string[];
  default?: string;
  required?: boolean;
  several?: boolean;
  completes?: boolean;
}

export interface TableInfo {
  name: string;
  title: string;
  group: string;
  help: string;
  columns: ColumnInfo[];
  filters?: TableFilter[];
  timed?: boolean;
}

export interface SystemInfo {
  cloud: string;
  id: string;
  name?: string;
  owner?: string;
  folders?: string[];
  state: string;
  last_collected?: string;
  pci?: number;
  band?: string;
  identities: number;
  findings: number;
  problems: number;
}

export interface Systems {
  now: string;
  version: string;
  caller: { name?: string; role?: string; all: boolean };
  systems: SystemInfo[];
  folders: string[];
  catalogs?: Record<string, string>;
  audit?: boolean;
}

export interface ReportInfo {
  kind: string;
  title: string;
  help: string;
  clouds?: string[];
  formats: string[];
  filters?: TableFilter[];
  /** By filter: the table whose filter of the same name has its values. */
  complete_from?: Record<string, string>;
  /** What the report can be made of. */
  parts?: Array<{ name: string; title: string; help?: string; tables?: string[] }>;
  audience?: string[];
}

export interface SavedQuery {
  id: string;
  name: string;
  owner?: string;
  visibility: 'private' | 'shared';
  /** Only custom ones can be changed. */
  kind: 'custom' | 'provisioned' | 'system';
  query: SavedTree;
  text: string;
  description?: string;
  created: string;
  modified: string;
  modified_by?: string;
  version: number;
}

/** A saved query has a range and a scope as well. */
export interface SavedTree extends AuditTree {
  range?: { last?: string; from?: string; to?: string };
  clouds?: string[];
  systems?: string[];
  folders?: string[];
  limit?: number;
}

export interface SaveRequest {
  name: string;
  visibility?: 'private' | 'shared';
  description?: string;
  query?: SavedTree;
  text?: string;
  range?: { last?: string; from?: string; to?: string };
  clouds?: string[];
  systems?: string[];
  folders?: string[];
  version?: number;
}

export interface Trigger {
  name: string;
  title?: string;
  enabled: boolean;
  text: string;
  severity: string;
  description?: string;
  why?: string;
  response?: string;
}

export interface Parsed {
  text: string;
  query: SavedTree;
}

/** Why a query cannot be parsed, and where. */
export interface ParseProblem {
  error: string;
  /** In a tree: where.all[1].values[0]. */
  path?: string;
  /** In a text: of the first character that is wrong, from 0. */
  offset?: number;
  /** All that is wrong, if more than one thing is. */
  problems?: Array<{ error: string; path?: string; offset?: number }>;
}

export interface Explanation {
  text: string;
  logsql: string;
  from: string;
  to: string;
  kind: 'events' | 'groups' | 'series';
}
