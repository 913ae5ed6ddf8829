import type { Page } from '@playwright/test';
import fs from 'fs';
import path from 'path';

const ICONS = path.resolve(__dirname, '../node_modules/@grafana/ui/dist/public');
const TYPES: Record<string, string> = { '.html': 'text/html', '.js': 'text/javascript', '.svg': 'image/svg+xml' };

/** Answers the page's requests from the disk: nothing else is asked. */
export async function open(page: Page, address: string): Promise<void> {
  await page.route('**/*', async (route) => {
    const { pathname } = new URL(route.request().url());
    if (pathname === '/favicon.ico') {
      return route.fulfill({ status: 204 });
    }
    const file = fileOf(pathname);
    if (!fs.existsSync(file)) {
      return route.fulfill({ status: 404, body: `nothing at ${pathname}` });
    }
    return route.fulfill({ path: file, contentType: TYPES[path.extname(file)] });
  });
  await page.goto(`http://host.test/${address}`);
}

function fileOf(pathname: string): string {
  if (pathname === '/') {
    return path.join(__dirname, 'index.html');
  }
  const icons = '/public/build/';
  return pathname.startsWith(icons) ? path.join(ICONS, pathname.slice(icons.length)) : path.join(__dirname, 'dist', pathname);
}
