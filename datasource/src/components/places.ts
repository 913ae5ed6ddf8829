import type { Systems } from '../api/wire';
import { cloudOf, clouds } from '../clouds';

import { variableOptions } from './options';

/** A place to choose. */
export interface Choice {
  value: string;
  label: string;
  /** Beside the label: id, number of systems. */
  detail: string;
  /** What it stands under: the kind of system, or that it is a variable. */
  heading: string;
  /** Set where the place cannot be read at the moment. */
  state?: string;
}

export type TabName = 'systems' | 'folders';

/** What there is, the dashboard's variables, and what was chosen and is gone. */
export function choicesOf(tab: TabName, systems: Systems | undefined, chosen: string[]): Choice[] {
  const known = tab === 'systems' ? systemChoices(systems) : folderChoices(systems);
  const variables = variableOptions().map(({ value }) => ({ value, label: value, detail: '', heading: 'Variables' }));
  const all = [...variables, ...known];
  const gone = systems ? chosen.filter((value) => !all.some((choice) => choice.value === value)) : [];
  return [...gone.map((value) => ({ value, label: value, detail: '', heading: '', state: 'not there' })), ...all];
}

function systemChoices(systems?: Systems): Choice[] {
  const of = (name: string) => (systems?.systems ?? []).filter(({ cloud }) => cloud === name);
  const names = new Set([...clouds().map(({ value }) => value), ...(systems?.systems ?? []).map(({ cloud }) => cloud)]);
  return [...names].flatMap(of).map(({ id, name, cloud, state }) => ({
    value: id,
    label: name || id,
    detail: name && name !== id ? id : '',
    heading: cloudOf(cloud).systems,
    state: state === 'online' ? undefined : state,
  }));
}

function folderChoices(systems?: Systems): Choice[] {
  return (systems?.folders ?? []).map((folder) => {
    const count = systems?.systems.filter((s) => s.folders?.includes(folder)).length ?? 0;
    return { value: folder, label: folder, detail: count === 1 ? '1 system' : `${count} systems`, heading: 'Folders' };
  });
}

/** Those that are gone first, then variables, then what there is, as they come. */
export function headings(choices: Choice[]): string[] {
  return [...new Set(choices.map(({ heading }) => heading))];
}
