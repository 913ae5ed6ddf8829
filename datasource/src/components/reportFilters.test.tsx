import { selectors } from '../selectors';
import { choose, renderQuery } from '../test/render';
import { runtime } from '../test/runtime';

beforeEach(() => runtime.reset());

it('completes the filters of a report from the table that has the same', async () => {
  const report = { kind: 'permissions_analytics', filters: { owner: [] } };
  const { made, user } = renderQuery({ queryType: 'report', report });
  await choose(user, selectors.table.filter('owner'), 'platform');
  expect(made.query.report?.filters).toEqual({ owner: ['platform'] });
  const asked = runtime.sent.find(({ url }) => url.includes('table-values'));
  expect(asked?.params).toEqual({ table: 'identities', filter: 'owner', prefix: 'platform' });
});
