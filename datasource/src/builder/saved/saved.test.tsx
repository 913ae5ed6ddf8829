import { screen, waitFor, within } from '@testing-library/react';

import { runtime } from '../../test/runtime';
import { selectors } from '../selectors';
import { fakeSource, savedQuery, starter } from '../testing/fakeSource';
import { show, type Shown } from '../testing/render';

beforeEach(() => runtime.reset());

const ana = () => savedQuery({ query: { where: { all: [{ field: 'username', op: 'is', values: ['ana'] }] }, systems: ['111122223333'], range: { last: '1w' } } });

async function openSaved({ user }: Shown) {
  await user.click(screen.getByRole('button', { name: 'Saved queries' }));
  return screen.findByRole('listitem', { name: 'Ana' });
}

async function menu({ user }: Shown, name: string, item: string) {
  await user.click(screen.getByRole('button', { name: `More for ${name}` }));
  await user.click(await screen.findByRole('menuitem', { name: item }));
}

describe('a saved query', () => {
  it('is loaded with the systems that are selected, or with its own', async () => {
    const shown = await show({}, fakeSource([ana()]), { scope: { systems: ['999900001111'] } });
    await openSaved(shown);
    await shown.user.click(screen.getByRole('button', { name: 'Load Ana' }));
    expect(shown.query()).toMatchObject({ scope: { systems: ['999900001111'] }, audit: { saved: { id: 's1', name: 'Ana' }, query: { where: ana().query.where } } });
    expect(shown.audit().query).not.toHaveProperty('range');
    expect(shown.runs).toHaveBeenCalled();
    await openSaved(shown);
    await shown.user.click(screen.getByRole('button', { name: 'Load Ana with the systems saved' }));
    expect(shown.query().scope).toMatchObject({ systems: ['111122223333'] });
  });

  it('is followed until one edits a copy', async () => {
    const shown = await show({}, fakeSource([ana()]));
    await openSaved(shown);
    await shown.user.click(screen.getByRole('button', { name: 'Follow Ana' }));
    expect(shown.audit().saved).toEqual({ id: 's1', name: 'Ana', linked: true });
    expect(await screen.findByText('username:ana')).toBeVisible();
    await shown.user.click(screen.getByRole('switch', { name: /With systems 111122223333/ }));
    expect(shown.audit().saved).toMatchObject({ useSavedScope: true });
    await shown.user.click(screen.getByRole('button', { name: /Stop following/ }));
    expect(shown.audit().saved).toEqual({ id: 's1', name: 'Ana' });
    expect(await screen.findByRole('group', { name: 'Condition: Username is ana' })).toBeVisible();
  });

  it('that is gone says so, and lets go', async () => {
    const shown = await show({ saved: { id: 'gone', name: 'Old', linked: true } });
    expect(await screen.findByText(/cannot be read. It is not there any more/)).toBeVisible();
    await shown.user.click(screen.getByRole('button', { name: /Stop following/ }));
    expect(shown.audit().saved).toBeUndefined();
  });

  it('is renamed, and nothing else of it changes', async () => {
    const source = fakeSource([ana()]);
    const shown = await show({}, source);
    await openSaved(shown);
    await menu(shown, 'Ana', 'Rename');
    const name = screen.getByLabelText('New name of Ana');
    await shown.user.clear(name);
    await shown.user.type(name, 'Anna{Enter}');
    expect(await screen.findByText('Anna')).toBeVisible();
    expect(source.requests).toEqual([expect.objectContaining({ name: 'Anna', version: 1, query: ana().query })]);
  });

  it('is shared and duplicated', async () => {
    const shown = await show({}, fakeSource([ana()]));
    await openSaved(shown);
    await menu(shown, 'Ana', 'Share');
    const list = screen.getByTestId(selectors.saved);
    await waitFor(() => expect(within(list).getByRole('listitem', { name: 'Ana' })).toHaveTextContent('Shared'));
    await menu(shown, 'Ana', 'Duplicate');
    expect(await within(list).findByRole('listitem', { name: 'Copy of Ana' })).toBeVisible();
  });

  it('is deleted after a question', async () => {
    const source = fakeSource([ana()]);
    const shown = await show({}, source);
    await openSaved(shown);
    await menu(shown, 'Ana', 'Delete');
    expect(await screen.findByText(/“Ana” is deleted for everybody/)).toBeVisible();
    expect(source.saved).toHaveLength(1);
    await shown.user.click(screen.getByText('Delete'));
    await waitFor(() => expect(source.saved).toEqual([]));
  });

  it('that ships cannot be changed', async () => {
    const shown = await show({}, fakeSource([starter(), ana()]));
    await openSaved(shown);
    await shown.user.click(screen.getByRole('button', { name: 'More for Review authorization failures' }));
    for (const name of ['Rename', 'Make private', 'Delete']) {
      expect(await screen.findByRole('menuitem', { name })).toBeDisabled();
    }
  });
});

describe('saving', () => {
  const openSave = async ({ user }: Shown) => {
    await user.click(screen.getByRole('button', { name: 'Save' }));
    return screen.findByRole('textbox', { name: /^Name/ });
  };

  it('as new takes conditions, places and time, and the values of variables', async () => {
    runtime.variables = { who: 'ana' };
    const source = fakeSource();
    const shown = await show({ query: { where: { all: [{ field: 'username', op: 'is', values: ['$who'] }] } } }, source, { scope: { systems: ['111122223333'] }, limit: 50 });
    await shown.user.type(await openSave(shown), 'Mine');
    await shown.user.click(screen.getByRole('button', { name: 'Save as new' }));
    await waitFor(() => expect(source.requests).toHaveLength(1));
    expect(source.requests[0]).toEqual({
      name: 'Mine',
      description: '',
      visibility: 'private',
      query: { where: { all: [{ field: 'username', op: 'is', values: ['ana'] }] }, systems: ['111122223333'], limit: 50, range: { last: '1d' } },
    });
    await waitFor(() => expect(shown.audit().saved).toEqual({ id: 'new', name: 'Mine' }));
    expect(shown.audit().query).toMatchObject({ where: { all: [{ values: ['$who'] }] } });
  });

  it('replaces what was loaded, with the time that it had', async () => {
    const source = fakeSource([ana()]);
    const shown = await show({ saved: { id: 's1', name: 'Ana' }, query: {} }, source);
    await openSave(shown);
    await shown.user.click((await screen.findAllByRole('button', { name: 'Save' })).at(-1) ?? document.body);
    await waitFor(() => expect(source.saved[0]).toMatchObject({ version: 2, query: { range: { last: '1w' } } }));
  });

  it('does not overwrite what somebody else has changed without asking', async () => {
    const source = fakeSource([ana()]);
    const shown = await show({}, source);
    await openSaved(shown);
    await shown.user.click(screen.getByRole('button', { name: 'Load Ana' }));
    await openSave(shown);
    source.saved = [{ ...ana(), version: 7, modified_by: 'ben', text: 'username:ben' }];
    await shown.user.click(screen.getAllByRole('button', { name: 'Save' }).at(-1) ?? document.body);
    expect(await screen.findByText(/ben changed this query since you loaded it/)).toBeVisible();
    expect(screen.getByText(/username:ben/)).toBeVisible();
    expect(source.requests).toEqual([]);
    await shown.user.click(screen.getByRole('button', { name: 'Overwrite' }));
    await waitFor(() => expect(source.saved[0].version).toBe(8));
  });
});
