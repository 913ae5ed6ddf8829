import fs from 'fs';
import path from 'path';
import { gzipSync } from 'zlib';

import { expect, test } from '@playwright/test';

const dist = path.resolve(__dirname, '../dist');
const read = (name: string) => fs.readFileSync(path.join(dist, name), 'utf8');

test.skip(!fs.existsSync(path.join(dist, 'module.js')), 'the plugin is not built: npm run build');

/** What Grafana has for plugins, of the modules that this one asks for. */
const GIVEN = ['@emotion/css', '@grafana/data', '@grafana/runtime', '@grafana/ui', 'module', 'react', 'react/jsx-runtime', 'rxjs'];

/** Stands for anything that a module may export. */
const anything: unknown = new Proxy(class {}, { get: (target, key) => (key === 'prototype' ? target.prototype : anything), apply: () => anything });

const modules: Record<string, unknown> = {
  module: { uri: 'http://host.test/public/plugins/leastward-ciem-datasource/module.js' },
  get '@grafana/data'() {
    return new Proxy({ DataSourcePlugin }, { get: (target, key) => Reflect.get(target, key) ?? anything });
  },
};

interface Registered {
  dataSource?: { name: string };
  editors: string[];
}

/** Registers a plugin as Grafana does, and says what it brings. */
class DataSourcePlugin implements Registered {
  editors: string[] = [];
  constructor(readonly dataSource: { name: string }) {}
  setConfigEditor = () => this.add('config');
  setQueryEditor = () => this.add('query');
  setQueryEditorHelp = () => this.add('help');
  private add(name: string) {
    this.editors.push(name);
    return this;
  }
}

function load(): { asked: string[]; plugin?: Registered } {
  const result: { asked: string[]; plugin?: Registered } = { asked: [] };
  const define = (names: string[], factory: (...modules: unknown[]) => { plugin: Registered }) => {
    result.asked = names;
    result.plugin = factory(...names.map((name) => modules[name] ?? anything)).plugin;
  };
  new Function('define', read('module.js'))(define);
  return result;
}

test('the built module asks for what Grafana has, and registers the data source', () => {
  const { asked, plugin } = load();
  expect(asked.filter((name) => !GIVEN.includes(name))).toEqual([]);
  expect(plugin?.editors).toEqual(['config', 'query', 'help']);
  expect(plugin?.dataSource).toBeInstanceOf(Function);
});

test('the bundle is small', () => {
  const size = (name: string) => gzipSync(read(name)).length;
  const scripts = fs.readdirSync(dist).filter((name) => name.endsWith('.js'));
  expect(size('module.js')).toBeLessThan(16 << 10);
  expect(scripts.map(size).reduce((a, b) => a + b)).toBeLessThan(100 << 10);
});

test('the files that plugin.json names are there, and it says the version', () => {
  const plugin = JSON.parse(read('plugin.json'));
  const { version } = JSON.parse(fs.readFileSync(path.resolve(dist, '../package.json'), 'utf8'));
  expect(plugin.info.version).toBe(version);
  expect(plugin.info.updated).toMatch(/^\d{4}-\d\d-\d\d$/);
  const named = [
    plugin.info.logos.small,
    plugin.info.logos.large,
    ...plugin.info.screenshots.map((s: { path: string }) => s.path),
    ...plugin.includes.map((i: { path: string }) => i.path),
    'README.md',
    'CHANGELOG.md',
    'LICENSE',
  ];
  expect(named.filter((name) => !fs.existsSync(path.join(dist, name)))).toEqual([]);
  expect(read('README.md')).not.toMatch(/\]\((?!https:\/\/|#)/);
});
