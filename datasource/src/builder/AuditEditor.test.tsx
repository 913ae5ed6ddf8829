import { act, screen, waitFor, within } from '@testing-library/react';

import { chooseIn } from '../test/choose';
import { runtime } from '../test/runtime';
import type { AuditNode } from '../types';

import { fakeSource, starter } from './testing/fakeSource';
import { show } from './testing/render';

beforeEach(() => runtime.reset());

const ana: AuditNode = { field: 'username', op: 'is', values: ['ana'] };
const ben: AuditNode = { field: 'username', op: 'is', values: ['ben'] };
const denied: AuditNode = { field: 'outcome', op: 'is', values: ['authorization_failure'] };

const row = (name: RegExp | string) => screen.getByRole('group', { name });
const preview = () => screen.getByRole('group', { name: 'Query as text' });

describe('without a condition', () => {
  it('teaches, and begins with a click', async () => {
    const { user, audit, runs } = await show({}, fakeSource([starter()]));
    await user.click(await screen.findByRole('button', { name: 'Review authorization failures' }));
    expect(audit()).toMatchObject({ saved: { id: 'q4' }, query: { where: { field: 'outcome' } }, text: 'outcome:authorization_failure' });
    expect(runs).toHaveBeenCalledTimes(1);
    expect(screen.queryByRole('group', { name: 'Starter queries' })).toBeNull();
    expect(row(/Condition: State is authorization_failure/)).toBeVisible();
  });
});

describe('a condition', () => {
  it('is added and written from left to right with the focus going along', async () => {
    const { user, where, runs } = await show();
    await user.click(screen.getByRole('button', { name: 'Add a condition to the outermost group' }));
    expect(screen.getByLabelText(/^Field of/)).toHaveFocus();
    await chooseIn(user, screen.getByLabelText(/^Field of/), 'Username');
    const input = screen.getByRole('combobox', { name: /^Value of Username/ });
    await waitFor(() => expect(input).toHaveFocus());
    expect(where()).toEqual({ all: [{ field: 'username', op: 'is', values: [], disabled: true }] });
    expect(screen.getByText('Left out until it has a value.')).toBeVisible();
    expect(runs).not.toHaveBeenCalled();
    await user.type(input, 'ana{Enter}');
    expect(where()).toEqual({ all: [ana] });
    expect(runs).toHaveBeenCalledTimes(1);
    await waitFor(() => expect(preview()).toHaveTextContent('username:ana'));
  });

  it('keeps what is typed when one goes elsewhere', async () => {
    const { user, where } = await show({ query: { where: { all: [ana] } } });
    await user.type(await screen.findByRole('combobox', { name: /^Value of/ }), 'carla');
    await user.tab();
    expect(where()).toEqual({ all: [{ field: 'username', op: 'in', values: ['ana', 'carla'] }] });
  });

  it('takes a pasted list, one value a line', async () => {
    const { user, where } = await show({ query: { where: { all: [ana] } } });
    await user.click(await screen.findByRole('combobox', { name: /^Value of/ }));
    await user.paste('ben\ncarla, the second\n\nana');
    expect(where()).toEqual({ all: [{ field: 'username', op: 'in', values: ['ana', 'ben', 'carla, the second'] }] });
  });

  it('completes values of the log, asked once for what was typed', async () => {
    const { user, where, source } = await show({ query: { where: { all: [ben] } } });
    await user.type(await screen.findByRole('combobox', { name: /^Value of/ }), 'ann');
    expect(await screen.findByRole('option', { name: /anna/ })).toBeVisible();
    expect(source.asked.map(({ prefix }) => prefix)).not.toContain('an');
    expect(source.asked.at(-1)).toMatchObject({ field: 'username', prefix: 'ann', from: '2026-11-27T12:00:00.000Z' });
    await user.keyboard('{ArrowDown}{Enter}');
    expect(where()).toEqual({ all: [{ field: 'username', op: 'in', values: ['ben', 'anna'] }] });
  });

  it('offers the dashboard’s variables as values', async () => {
    runtime.variables = { who: ['ana', 'ben'] };
    const { user, where } = await show({ query: { where: { all: [ben] } } });
    await user.type(await screen.findByRole('combobox', { name: /^Value of/ }), '$');
    await user.click(await screen.findByRole('option', { name: /\$who/ }));
    expect(where()).toEqual({ all: [{ field: 'username', op: 'in', values: ['ben', '$who'] }] });
    expect(screen.getByText(/Contains variables/)).toBeVisible();
  });

  it('changes and removes single values', async () => {
    const { user, where } = await show({ query: { where: { all: [{ field: 'username', op: 'in', values: ['ana', 'ben'] }] } } });
    await user.click(await screen.findByRole('button', { name: 'Remove ana' }));
    expect(where()).toEqual({ all: [{ field: 'username', op: 'in', values: ['ben'] }] });
    await user.click(screen.getByRole('button', { name: 'Change ben' }));
    await user.keyboard('ny{Enter}');
    expect(where()).toEqual({ all: [{ field: 'username', op: 'in', values: ['benny'] }] });
  });

  it('has operators in plain words, and values where they take any', async () => {
    const { user, where } = await show({ query: { where: { all: [denied] } } });
    await chooseIn(user, await screen.findByLabelText(/^Operator of/), 'Has no value');
    expect(where()).toEqual({ all: [{ field: 'outcome', op: 'not_exists' }] });
    expect(screen.queryByLabelText(/^Values? of/)).toBeNull();
  });

  it('about another field keeps what still fits', async () => {
    const { user, where } = await show({ query: { where: { all: [{ field: 'username', op: 'matches', values: ['a*'] }] } } });
    await chooseIn(user, await screen.findByLabelText(/^Field of/), 'Role Session Name');
    expect(where()).toEqual({ all: [{ field: 'session', op: 'matches', values: ['a*'] }] });
    await chooseIn(user, screen.getByLabelText(/^Field of/), 'State');
    expect(where()).toEqual({ all: [{ field: 'outcome', op: 'is', values: [], disabled: true }] });
  });

  it('is negated, disabled, duplicated and removed', async () => {
    const { user, where } = await show({ query: { where: { all: [ana, ben] } } });
    await user.click(await screen.findByRole('button', { name: 'Not: the condition, Username is ana' }));
    expect(where()).toEqual({ all: [{ not: ana }, ben] });
    await user.click(screen.getByRole('button', { name: 'Disable not Username is ana' }));
    expect(where()).toEqual({ all: [{ not: ana, disabled: true }, ben] });
    await user.click(screen.getByRole('button', { name: 'Enable not Username is ana, disabled' }));
    await user.click(screen.getByRole('button', { name: 'Duplicate not Username is ana' }));
    expect(where()).toEqual({ all: [{ not: ana }, { not: ana }, ben] });
    await user.click(screen.getByRole('button', { name: 'Remove Username is ben' }));
    expect(where()).toEqual({ all: [{ not: ana }, { not: ana }] });
    expect(screen.getAllByRole('button', { name: /^Move not Username/ })[1]).toHaveFocus();
  });

  it('that is the last one leaves the focus where one adds another', async () => {
    const { user, where } = await show({ query: { where: { all: [ana] } } });
    await user.click(await screen.findByRole('button', { name: 'Remove Username is ana' }));
    expect(where()).toBeUndefined();
    expect(screen.getByRole('button', { name: 'Add a condition to the outermost group' })).toHaveFocus();
  });
});

describe('groups', () => {
  it('are added, converted and negated', async () => {
    const { user, where } = await show({ query: { where: { all: [ana] } } });
    await user.click(await screen.findByRole('button', { name: 'Add a group to the outermost group' }));
    const inner = row(/^Group at level 1: any of 1/);
    await user.click(within(inner).getByRole('radio', { name: /All/ }));
    await user.click(screen.getByRole('button', { name: /^Not: the group, all of 1/ }));
    expect(where()).toEqual({ all: [ana, { not: { all: [] } }] });
    await user.click(screen.getAllByRole('radio', { name: /Any/ })[0]);
    expect(where()).toEqual({ any: [ana, { not: { all: [] } }] });
  });

  it('are moved, wrapped and dissolved with the keyboard alone, and it is said', async () => {
    const { user, where } = await show({ query: { where: { all: [ana, { any: [ben] }] } } });
    (await screen.findByRole('button', { name: 'Move Username is ana' })).focus();
    await user.keyboard('{Alt>}{ArrowDown}{/Alt}');
    expect(where()).toEqual({ all: [{ any: [ana, ben] }] });
    expect(screen.getByRole('button', { name: 'Move Username is ana' })).toHaveFocus();
    expect(screen.getByText('Moved Username is ana to 1 of 2 in group any of 2.')).toBeInTheDocument();
    await user.keyboard('{Alt>}{ArrowLeft}{/Alt}');
    expect(where()).toEqual({ all: [{ any: [ben] }, ana] });
    await user.keyboard('{Alt>}{ArrowRight}{/Alt}');
    expect(where()).toEqual({ all: [{ any: [ben, ana] }] });
    await user.keyboard('{Alt>}{ArrowUp}{/Alt}');
    expect(where()).toEqual({ all: [{ any: [ana, ben] }] });
    await user.keyboard('{Delete}');
    expect(where()).toEqual({ all: [{ any: [ben] }] });
  });

  it('have all else in a menu', async () => {
    const { user, where } = await show({ query: { where: { all: [ana, { any: [ben] }] } } });
    await user.click(await screen.findByRole('button', { name: 'More for any of 1' }));
    await user.click(await screen.findByRole('menuitem', { name: /Dissolve the group/ }));
    expect(where()).toEqual({ all: [ana, ben] });
    await user.click(screen.getByRole('button', { name: 'More for Username is ana' }));
    await user.click(await screen.findByRole('menuitem', { name: /Put into a group of its own/ }));
    expect(where()).toEqual({ all: [{ any: [ana] }, ben] });
  });
});

it('undoes and does again', async () => {
  const { user, where } = await show({ query: { where: { all: [ana, ben] } } });
  await user.click(await screen.findByRole('button', { name: 'Remove Username is ben' }));
  await user.keyboard('{Control>}z{/Control}');
  expect(where()).toEqual({ all: [ana, ben] });
  await user.click(screen.getByRole('button', { name: 'Redo' }));
  expect(where()).toEqual({ all: [ana] });
});

it('takes over what comes from elsewhere', async () => {
  const { replace, user, where } = await show({ query: { where: { all: [ana] } } });
  await screen.findByRole('group', { name: 'Condition: Username is ana' });
  act(() => replace({ query: { where: { all: [ben] } } }));
  expect(await screen.findByRole('group', { name: 'Condition: Username is ben' })).toBeVisible();
  await user.click(screen.getByRole('button', { name: 'Undo' }));
  expect(where()).toEqual({ all: [ana] });
});

it('changes nothing by being looked at', async () => {
  const { query } = await show({ query: { where: denied }, text: 'an older text' });
  await waitFor(() => expect(preview()).toHaveTextContent('outcome:authorization_failure'));
  expect(query().audit).toEqual({ editor: 'builder', format: 'table', text: 'an older text', query: { where: denied } });
});

it('marks what is wrong where it is', async () => {
  const wrong: AuditNode = { field: 'address', op: 'in_cidr', values: ['10.0.0.0/8', '10.0.0.0'] };
  const { user, where } = await show({ query: { where: { all: [ana, { any: [wrong] }] } } });
  const rule = await screen.findByRole('group', { name: /^Condition: IP Address/ });
  await waitFor(() => expect(rule).toHaveAccessibleDescription('Value: "10.0.0.0" is not a network'));
  expect(within(rule).getByRole('combobox', { name: /^Values of/ })).toBeInvalid();
  expect(row(/^Condition: Username/)).not.toHaveAccessibleDescription();
  await user.click(screen.getByRole('radio', { name: 'Text' }));
  expect(await screen.findByText('What is marked has to be mended before the query can be text.')).toBeVisible();
  await user.click(within(rule).getByRole('button', { name: 'Remove 10.0.0.0' }));
  expect(where()).toMatchObject({ all: [ana, { any: [{ values: ['10.0.0.0/8'] }] }] });
  await waitFor(() => expect(rule).not.toHaveAccessibleDescription());
});
