import { systems } from '../test/fixture';
import { runtime } from '../test/runtime';

import { choicesOf, headings } from './places';

beforeEach(() => runtime.reset());

const azure = '11111111-aaaa-0000-0000-000000000001';
const three = {
  ...systems,
  systems: [...systems.systems, { cloud: 'azure', id: azure, name: 'shop', state: 'pending', identities: 1, findings: 0, problems: 0 }],
};

it('stand under their cloud, AWS first, whatever order the exporter has', () => {
  runtime.variables = { system: ['1'] };
  const choices = choicesOf('systems', three, []);
  expect(headings(choices)).toEqual(['Variables', 'AWS accounts', 'Azure subscriptions', 'Google Cloud projects']);
  expect(choices.find(({ value }) => value === azure)).toMatchObject({ label: 'shop', detail: azure, state: 'pending' });
});

it('say an id once, where it is the name as well', () => {
  const named = { ...systems, systems: [{ ...systems.systems[2], name: 'analytics-prod' }] };
  expect(choicesOf('systems', named, [])).toMatchObject([{ label: 'analytics-prod', detail: '', heading: 'Google Cloud projects' }]);
});

it('of a cloud that this version does not know are offered all the same', () => {
  const other = { ...systems, systems: [{ ...systems.systems[0], cloud: 'oci', id: 'tenancy' }] };
  expect(choicesOf('systems', other, [])).toMatchObject([{ value: 'tenancy', heading: 'oci' }]);
});

it('that are gone come first', () => {
  expect(choicesOf('systems', three, ['999'])[0]).toMatchObject({ value: '999', state: 'not there' });
});
