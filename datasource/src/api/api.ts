import type { AuditTree } from '../types';

import { Cache } from './cache';
import type { Requester } from './requester';
import type {
  Explanation,
  FieldInfo,
  Parsed,
  ReportInfo,
  SaveRequest,
  SavedQuery,
  Systems,
  TableInfo,
  Trigger,
  ValueCount,
} from './wire';

/** What values of a field are asked for. */
export interface ValuesRequest {
  field: string;
  prefix?: string;
  /** A query in text form that the events must fulfil. */
  text?: string;
  /** RFC 3339. */
  from?: string;
  to?: string;
  clouds?: string[];
  systems?: string[];
  folders?: string[];
}

/** What values of a table's filter or column are asked for. */
export interface TableValuesRequest {
  table: string;
  filter: string;
  prefix?: string;
}

/** How long what hardly changes is kept, in milliseconds. */
const LONG = 5 * 60_000;
/** How long completions are kept: while somebody types. */
const SHORT = 30_000;

/** The resources of the plugin's backend, with what was asked lately kept. */
export class Api {
  private readonly cache: Cache;

  constructor(
    private readonly requester: Requester,
    now: () => number = Date.now
  ) {
    this.cache = new Cache(now);
  }

  systems(): Promise<Systems> {
    return this.kept(LONG, 'systems');
  }

  async tables(): Promise<TableInfo[]> {
    return (await this.kept<{ tables?: TableInfo[] }>(LONG, 'tables')).tables ?? [];
  }

  async reports(): Promise<ReportInfo[]> {
    return (await this.kept<{ reports?: ReportInfo[] }>(LONG, 'reports')).reports ?? [];
  }

  async fields(): Promise<FieldInfo[]> {
    return (await this.kept<{ fields?: FieldInfo[] }>(LONG, 'fields')).fields ?? [];
  }

  async triggers(): Promise<Trigger[]> {
    return (await this.kept<{ triggers?: Trigger[] }>(LONG, 'triggers')).triggers ?? [];
  }

  async values(request: ValuesRequest): Promise<ValueCount[]> {
    return (await this.kept<{ values?: ValueCount[] }>(SHORT, 'values', params(request))).values ?? [];
  }

  async tableValues(request: TableValuesRequest): Promise<ValueCount[]> {
    return (await this.kept<{ values?: ValueCount[] }>(SHORT, 'table-values', params(request))).values ?? [];
  }

  /** Turns a text into a tree or a tree into a text; fails with a ParseProblem. */
  parse(source: { text: string } | { query: AuditTree }): Promise<Parsed> {
    return this.requester.send('POST', 'parse', source);
  }

  explain(source: { text: string } | { query: AuditTree }): Promise<Explanation> {
    return this.requester.send('POST', 'explain', source);
  }

  async savedQueries(): Promise<SavedQuery[]> {
    return (await this.requester.get<{ queries?: SavedQuery[] }>('saved-queries')).queries ?? [];
  }

  savedQuery(id: string): Promise<SavedQuery> {
    return this.requester.get(saved(id));
  }

  save(request: SaveRequest, id?: string): Promise<SavedQuery> {
    return id === undefined
      ? this.requester.send('POST', 'saved-queries', request)
      : this.requester.send('PUT', saved(id), request);
  }

  deleteSaved(id: string): Promise<void> {
    return this.requester.send('DELETE', saved(id));
  }

  duplicateSaved(id: string): Promise<SavedQuery> {
    return this.requester.send('POST', `${saved(id)}/duplicate`);
  }

  shareSaved(id: string, visibility: 'private' | 'shared', version?: number): Promise<SavedQuery> {
    return this.requester.send('POST', `${saved(id)}/share`, { visibility, version });
  }

  /** A report as a file. */
  reportFile(kind: string, format: string, body: unknown): Promise<{ blob: Blob; name?: string }> {
    return this.requester.file(`reports/${encodeURIComponent(kind)}?format=${encodeURIComponent(format)}`, body);
  }

  /** A table as a file. */
  tableFile(name: string, format: string, body: unknown): Promise<{ blob: Blob; name?: string }> {
    return this.requester.file(`tables/${encodeURIComponent(name)}?format=${encodeURIComponent(format)}`, body);
  }

  private kept<T>(ttl: number, path: string, query?: Record<string, string>): Promise<T> {
    const key = JSON.stringify([path, query]);
    return this.cache.get(key, ttl, () => this.requester.get<T>(path, query));
  }
}

function saved(id: string): string {
  return `saved-queries/${encodeURIComponent(id)}`;
}

/** Leaves out what is empty; a list is joined with commas. */
function params(request: object): Record<string, string> {
  const list = Object.entries(request)
    .map(([key, value]) => [key, Array.isArray(value) ? value.join(',') : String(value ?? '')] as const)
    .filter(([, value]) => value !== '');
  return Object.fromEntries(list);
}
