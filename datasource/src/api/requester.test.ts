import { of, throwError } from 'rxjs';

import { Api } from './api';
import { requester, ResourceError } from './requester';

const refuse = (status: number, data: unknown) => requester('u', () => ({ fetch: () => throwError(() => ({ status, data })) }));

it('says in the words of the backend what is wrong, and where', async () => {
  const problem = { error: '"usrname" is not a field', offset: 19 };
  const err: unknown = await new Api(refuse(400, problem)).parse({ text: 'outcome:denied and usrname:ana' }).catch((e: unknown) => e);
  expect(err).toBeInstanceOf(ResourceError);
  expect(err).toMatchObject({ message: problem.error, status: 400, problem });
});

it('reads the words of a file that did not come', async () => {
  const blob = new Blob(['{"message":"the report is unknown; choose another"}']);
  Object.assign(blob, { text: () => Promise.resolve('{"message":"the report is unknown; choose another"}') });
  await expect(new Api(refuse(404, blob)).reportFile('x', 'pdf', {})).rejects.toThrow('the report is unknown; choose another');
});

it('names a failure without words', async () => {
  await expect(new Api(refuse(502, '')).systems()).rejects.toThrow('The plugin answered 502.');
});

it('asks with what is said, and names the file as the backend does', async () => {
  const fetch = jest.fn((_options: { url: string }) => of({ data: { values: [] }, headers: new Headers({ 'Content-Disposition': 'attachment; filename="a.pdf"' }) }));
  const api = new Api(requester('u/1', () => ({ fetch: fetch as never })));
  await api.values({ field: 'username', prefix: '', systems: ['1', '2'] });
  expect(fetch.mock.calls[0][0]).toMatchObject({
    url: '/api/datasources/uid/u%2F1/resources/values',
    params: { field: 'username', systems: '1,2' },
    showErrorAlert: false,
  });
  expect((await api.reportFile('a b', 'pdf', {})).name).toBe('a.pdf');
  expect(fetch.mock.calls[1][0].url).toContain('reports/a%20b?format=pdf');
  await api.save({ name: 'n' }, 'id/1');
  expect(fetch.mock.calls[2][0]).toMatchObject({ method: 'PUT', url: expect.stringContaining('saved-queries/id%2F1') });
});
