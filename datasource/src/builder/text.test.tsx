import { screen, waitFor } from '@testing-library/react';

import { runtime } from '../test/runtime';

import { selectors } from './selectors';
import { fakeSource } from './testing/fakeSource';
import { show } from './testing/render';
import pairs from './testdata/pairs.json';

beforeEach(() => runtime.reset());

const mode = (name: string) => screen.getByRole('radio', { name });

describe('switching', () => {
  it('to text and back changes nothing', async () => {
    const { title, text, query } = pairs[9];
    expect(title).toBe('Three levels');
    const { user, audit } = await show({ query: query as never });
    await user.click(mode('Text'));
    await waitFor(() => expect(audit()).toMatchObject({ editor: 'text', text }));
    await user.click(mode('Builder'));
    await waitFor(() => expect(audit()).toMatchObject({ editor: 'builder', query }));
  });

  it('keeps what is disabled', async () => {
    const { text } = pairs[5];
    const { user, audit } = await show({ editor: 'text', text });
    await user.click(mode('Builder'));
    expect(await screen.findByRole('group', { name: 'Condition: username is not scanner, disabled'.replace('username', 'Username') })).toBeVisible();
    await user.click(mode('Text'));
    await waitFor(() => expect(audit().text).toBe(text));
  });

  it('keeps a limit beside the tree', async () => {
    const { text, query } = pairs[1];
    const { limit, ...tree } = query;
    const shown = await show({ editor: 'text', text });
    await shown.user.click(mode('Builder'));
    await waitFor(() => expect(shown.query()).toMatchObject({ limit, audit: { query: tree } }));
    expect(shown.audit().query).not.toHaveProperty('limit');
  });

  it('keeps variables, also where a value is one of a list', async () => {
    runtime.variables = { who: 'ana', state: 'error' };
    const where = { all: [{ field: 'username', op: 'is' as const, values: ['$who'] }, { field: 'outcome', op: 'is' as const, values: ['$state'] }] };
    const { user, audit } = await show({ query: { where } });
    await user.click(mode('Text'));
    await waitFor(() => expect(audit().text).toBe('username:$who and outcome:"$state"'));
    await user.click(mode('Builder'));
    await waitFor(() => expect(audit().query).toEqual({ where }));
  });

  it('stays with a text that is wrong, and points at the place', async () => {
    const { user, audit } = await show({ editor: 'text', text: 'username:änä and usrname:ana' });
    await user.click(mode('Builder'));
    expect(await screen.findByText(/^Line 1, column 18: "usrname" is not a field$/)).toBeVisible();
    expect(screen.getByTestId(selectors.caret)).toHaveTextContent('username:änä and usrname:ana ^');
    expect(screen.getByTestId(selectors.caret).textContent?.split('\n')[1]).toBe(`${' '.repeat(17)}^`);
    expect(screen.getByRole('textbox', { name: 'Query' })).toBeInvalid();
    expect(audit().editor).toBe('text');
  });
});

it('checks what is typed, with the values of variables, and completes it', async () => {
  runtime.variables = { state: 'refused' };
  const { user, audit, source, runs } = await show({ editor: 'text', text: '' }, fakeSource());
  const text = screen.getByRole('textbox', { name: 'Query' });
  await user.type(text, 'outc');
  await user.click(await screen.findByRole('button', { name: 'outcome' }));
  expect(audit().text).toBe('outcome:');
  await user.type(text, '$state');
  expect(await screen.findByText(/With the values that the variables have now: "refused" is not one of/)).toBeVisible();
  expect(source.parsed.at(-1)).toEqual({ text: 'outcome:refused' });
  await user.keyboard('{Control>}{Enter}{/Control}');
  expect(runs).toHaveBeenCalled();
});
