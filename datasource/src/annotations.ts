import { type AnnotationEvent, type AnnotationQuery, type AnnotationSupport, type DataFrame, type Field, FieldType } from '@grafana/data';
import { of } from 'rxjs';

import { lazily } from './components/lazily';
import { defaultQuery } from './query/defaults';
import { migrate } from './query/migration';
import type { CiemQuery } from './types';

/** Annotations at most where a query has no limit: more cannot be told apart. */
const LIMIT = 100;

const AnnotationEditor = lazily(async () => (await import('./components/AnnotationEditor')).AnnotationEditor);

/** Events of the audit log as marks on graphs. */
export function annotationSupport(): AnnotationSupport<CiemQuery> {
  return {
    QueryEditor: AnnotationEditor,
    getDefaultQuery: () => ({ ...defaultQuery(), limit: LIMIT }),
    prepareAnnotation: (annotation: AnnotationQuery<CiemQuery>) => ({
      ...annotation,
      target: { ...annotation.target, ...migrate({ ...annotation.target, refId: annotation.target?.refId ?? 'Anno' }) },
    }),
    prepareQuery: ({ target }) => {
      if (!target) {
        return undefined;
      }
      const query = migrate(target);
      return { ...query, limit: query.limit ?? LIMIT, ...(query.audit && { audit: { ...query.audit, format: 'table' } }) };
    },
    processEvents: (_annotation, frames) => of(frames.flatMap(eventsOf)),
  };
}

/** Every row that has a time is an annotation. */
export function eventsOf(frame: DataFrame): AnnotationEvent[] {
  const time = frame.fields.find((field) => field.type === FieldType.time);
  if (!time) {
    return [];
  }
  const events: AnnotationEvent[] = [];
  for (let row = 0; row < frame.length; row++) {
    const at: unknown = time.values[row];
    if (typeof at === 'number') {
      events.push({ time: at, ...describe(frame.fields, row) });
    }
  }
  return events;
}

function describe(fields: Field[], row: number): AnnotationEvent {
  const cell = (name: string) => String(fields.find((field) => field.name === name)?.values[row] ?? '');
  const title = first(cell('action'), cell('name'), cell('title'), cell('category'));
  const who = first(cell('username'), cell('name'), cell('identity'));
  const how = first(cell('error_text'), cell('error_code'));
  const text = [who, on(cell('resource')), from(cell('address')), how].filter((s) => s !== '').join(' ');
  const tags = ['outcome', 'severity', 'state', 'system'].map(cell).filter((tag) => tag !== '');
  return { title, text, tags, ...(cell('id') && { id: cell('id') }) };
}

const on = (what: string) => what && `on ${what}`;
const from = (where: string) => where && `from ${where}`;

function first(...texts: string[]): string {
  return texts.find((text) => text !== '') ?? '';
}
