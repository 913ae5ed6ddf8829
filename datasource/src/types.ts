import type { DataSourceJsonData } from '@grafana/data';
import type { DataQuery } from '@grafana/schema';

/** What a query asks about. */
export type QueryType = 'audit' | 'entitlements' | 'findings' | 'pci' | 'path' | 'report' | 'remediation';

/** The query types whose answer is one of the exporter's tables. */
export type TableType = 'entitlements' | 'findings' | 'pci' | 'remediation';

/** The version of the query's shape; see migration.ts. */
export const QUERY_VERSION = 1;

/**
 * A question to Leastward. It is what panels, alert rules and URLs keep, and
 * what the backend reads: names and meanings are stable.
 */
export interface CiemQuery extends DataQuery {
  queryType: QueryType;
  version: typeof QUERY_VERSION;
  scope?: Scope;
  /** Rows or events at most; the data source's limit bounds it. */
  limit?: number;
  audit?: AuditQuery;
  /** Of entitlements, findings, pci and remediation. */
  table?: TableQuery;
  path?: PathQuery;
  report?: ReportQuery;
}

/**
 * The places that are asked about. What is empty or absent means all that the
 * data source's token may see; elements may be variables.
 */
export interface Scope {
  clouds?: string[];
  systems?: string[];
  folders?: string[];
}

/** How an audit answer is shown. */
export type AuditFormat = 'table' | 'logs' | 'series' | 'groups';

export interface AuditQuery {
  /** Which of text and query runs. */
  editor: 'builder' | 'text';
  format: AuditFormat;
  text: string;
  query?: AuditTree;
  saved?: SavedRef;
  /** Adds the records as the cloud wrote them. */
  raw?: boolean;
  /** Accepts an answer from a part of a cluster. */
  allowPartial?: boolean;
  /** Fields whose counts an alert rule gets of events. */
  alertBy?: string[];
}

/** A saved query that this one was loaded from. */
export interface SavedRef {
  id: string;
  name: string;
  /** Runs the saved query as it is now, not the copy in this one. */
  linked?: boolean;
  /** Asks about the systems that were saved, not those of the scope. */
  useSavedScope?: boolean;
}

/** The JSON form of an audit query, without range and scope. */
export interface AuditTree {
  where?: AuditNode;
  group?: AuditGroup;
  series?: AuditSeries;
  sort?: AuditOrder[];
}

export type AuditNode = AllNode | AnyNode | NotNode | FieldNode;

interface Node {
  /** Leaves the node out without losing it. */
  disabled?: boolean;
}

export interface AllNode extends Node {
  all: AuditNode[];
}

export interface AnyNode extends Node {
  any: AuditNode[];
}

export interface NotNode extends Node {
  not: AuditNode;
}

export interface FieldNode extends Node {
  field: string;
  op: Operator;
  values?: string[];
}

export type Operator =
  | 'is'
  | 'is_not'
  | 'in'
  | 'not_in'
  | 'contains'
  | 'not_contains'
  | 'matches'
  | 'not_matches'
  | 'greater'
  | 'less'
  | 'in_cidr'
  | 'not_in_cidr'
  | 'exists'
  | 'not_exists';

export type AuditFunction = 'count' | 'unique' | 'first' | 'last';

export interface AuditAggregate {
  function: AuditFunction;
  /** What unique counts the different values of. */
  field?: string;
}

export interface AuditGroup {
  by?: string[];
  aggregates?: AuditAggregate[];
}

export interface AuditSeries {
  step?: string;
  by?: string[];
  top?: number;
  function?: 'count' | 'unique';
  field?: string;
}

export interface AuditOrder {
  by: string;
  descending?: boolean;
}

/** A question to one of the exporter's tables. */
export interface TableQuery {
  name: string;
  filters?: Record<string, string[]>;
  search?: string;
  columns?: string[];
  sort?: AuditOrder[];
  /** The column whose number an alert rule gets; absent is the count of rows. */
  value?: string;
  /** The columns that name the series of an alert rule. */
  labels?: string[];
}

/** What a trace starts from. */
export type PathStart = 'identity' | 'session' | 'access_key' | 'address';

export interface PathQuery {
  start: PathStart;
  value: string;
  /** Of a session: the role that it is of. */
  role?: string;
  depth?: number;
  maxNodes?: number;
}

export interface ReportQuery {
  kind: string;
  /** One of the report's tables; absent is its first. */
  table?: string;
  filters?: Record<string, string[]>;
}

/** The settings of a data source that are no secrets. */
export interface CiemOptions extends DataSourceJsonData {
  timeoutSeconds?: number;
  maxRows?: number;
  /** Tells the exporter who asks, in the header X-Leastward-User. */
  forwardUser?: boolean;
  tlsAuth?: boolean;
  tlsAuthWithCACert?: boolean;
  tlsSkipVerify?: boolean;
  serverName?: string;
}

/** The settings that only the backend reads. */
export interface CiemSecrets {
  token?: string;
  basicAuthPassword?: string;
  tlsCACert?: string;
  tlsClientCert?: string;
  tlsClientKey?: string;
}

/** The query of a dashboard's variable. */
export interface VariableQuery extends DataQuery {
  kind: 'systems' | 'folders' | 'identities' | 'column' | 'values';
  /** Of column: the table, and the column whose values are offered. */
  table?: string;
  column?: string;
  /** Of column: the column of what people read, if another one. */
  label?: string;
  /** Of values: the field of the audit log. */
  field?: string;
  /** Narrows what is offered, by cloud, system and folder. */
  scope?: Scope;
  filters?: Record<string, string[]>;
}
