import { type PanelEditPage, test } from '@grafana/plugin-e2e';
import { expect, type Locator, type Page } from '@playwright/test';

import { selectors } from '../src/selectors';

/** The data source that the tests ask, as provisioning/ makes it. */
export const DATA_SOURCE = process.env.GRAFANA_DATA_SOURCE ?? 'Leastward';
export const UID = process.env.GRAFANA_DATA_SOURCE_UID ?? 'leastward';

/** Skips the tests of a file where there is no Grafana. */
export function needsGrafana(): void {
  test.skip(!process.env.GRAFANA_URL, 'GRAFANA_URL is not set: there is no Grafana to test in');
}

/** Chooses an option of a combobox by its words. */
export async function choose(page: Page, box: Locator, option: string): Promise<void> {
  await box.click();
  await box.fill(option);
  await page.getByRole('option').filter({ hasText: option }).first().click();
}

/** What came of the last query: its frames, with the names of their fields. */
export interface Answered {
  status: number;
  frames: Array<{ fields: string[]; rows: number; notices: string[]; visualization?: string }>;
}

/** Does something that asks the data source, and reads what is answered. */
export async function answered(page: Page, ask: () => Promise<unknown>): Promise<Answered> {
  const waiting = page.waitForResponse((r) => r.url().includes('/api/ds/query'));
  await ask();
  const response = await waiting;
  const body = (await response.json()) as Record<string, Record<string, { status?: number; frames?: Frame[]; error?: string }>>;
  const results = Object.values(body.results ?? {});
  const error = results.find((r) => r.error)?.error;
  expect(error, 'error of the query').toBeUndefined();
  const frames = results.flatMap((r) => r.frames ?? []);
  return {
    status: response.status(),
    frames: frames.map(({ schema, data }) => ({
      fields: schema.fields.map((f) => f.name),
      rows: data.values[0]?.length ?? 0,
      notices: (schema.meta?.notices ?? []).map((n) => n.text),
      visualization: schema.meta?.preferredVisualisationType,
    })),
  };
}

interface Frame {
  schema: { fields: Array<{ name: string }>; meta?: { notices?: Array<{ text: string }>; preferredVisualisationType?: string } };
  data: { values: unknown[][] };
}

/** Begins a panel over the data source, with a query of a type. */
export async function begin(page: Page, panel: PanelEditPage, type: string): Promise<Answered> {
  await panel.datasource.set(DATA_SOURCE);
  await panel.setVisualization('Table');
  await expect(page.getByTestId(selectors.query.editor)).toBeVisible();
  if (type === 'Audit') {
    return answered(page, () => page.getByTestId(selectors.query.run).click());
  }
  return answered(page, () => choose(page, page.getByTestId(selectors.query.type), type));
}
