import { FieldType, toDataFrame } from '@grafana/data';
import { lastValueFrom } from 'rxjs';

import { annotationSupport } from './annotations';
import type { CiemQuery } from './types';

const support = annotationSupport();

it('completes the query, and asks for few events as a table', () => {
  const annotation = support.prepareAnnotation!({ name: 'a', enable: true, iconColor: 'red', target: { refId: 'X', audit: { text: 'a:b', format: 'logs' } } });
  expect(annotation.target).toMatchObject({ queryType: 'audit', version: 1, refId: 'X' });
  const query = support.prepareQuery!(annotation);
  expect(query).toMatchObject({ limit: 100, audit: { format: 'table', text: 'a:b' } });
  expect(support.prepareQuery!({ ...annotation, target: { ...(annotation.target as CiemQuery), limit: 5 } })?.limit).toBe(5);
  expect(support.prepareQuery!({ ...annotation, target: undefined })).toBeUndefined();
});

it('makes a mark of each event', async () => {
  const frame = toDataFrame({
    fields: [
      { name: 'time', type: FieldType.time, values: [1000, null, 3000] },
      { name: 'username', values: ['ana', 'ben', ''] },
      { name: 'identity', values: ['arn:ana', 'arn:ben', 'arn:x'] },
      { name: 'action', values: ['iam:CreateUser', 'x', 's3:GetObject'] },
      { name: 'resource', values: ['user/eve', '', ''] },
      { name: 'address', values: ['192.0.2.1', '', ''] },
      { name: 'outcome', values: ['success', '', 'error'] },
      { name: 'system', values: ['1', '', '2'] },
      { name: 'error_code', values: ['', '', 'NoSuchKey'] },
      { name: 'id', values: ['e1', '', 'e3'] },
    ],
  });
  const events = await lastValueFrom(support.processEvents!({} as never, [frame, toDataFrame({ fields: [{ name: 'n', values: [1] }] })]));
  expect(events).toEqual([
    { time: 1000, title: 'iam:CreateUser', text: 'ana on user/eve from 192.0.2.1', tags: ['success', '1'], id: 'e1' },
    { time: 3000, title: 's3:GetObject', text: 'arn:x NoSuchKey', tags: ['error', '2'], id: 'e3' },
  ]);
});
