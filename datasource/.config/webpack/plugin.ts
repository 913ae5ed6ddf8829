import fs from 'fs';
import path from 'path';

/** The folder of the plugin: that of package.json. */
export const ROOT = path.resolve(__dirname, '../..');
export const SRC = path.join(ROOT, 'src');
export const DIST = path.join(ROOT, 'dist');

function json(file: string): Record<string, unknown> {
  return JSON.parse(fs.readFileSync(file, 'utf8'));
}

/** The plugin's id, as src/plugin.json has it. */
export function pluginId(): string {
  return String(json(path.join(SRC, 'plugin.json')).id);
}

/** The plugin's version, as package.json has it. */
export function version(): string {
  return String(json(path.join(ROOT, 'package.json')).version);
}

/** Fills in what a build knows and a source cannot. */
export function stamp(content: Buffer): string {
  // A build of a given commit can be made the same again with its date.
  const epoch = process.env.SOURCE_DATE_EPOCH;
  const today = (epoch ? new Date(Number(epoch) * 1000) : new Date()).toISOString().slice(0, 10);
  return content
    .toString()
    .replaceAll('%VERSION%', version())
    .replaceAll('%TODAY%', today)
    .replaceAll('%PLUGIN_ID%', pluginId());
}
