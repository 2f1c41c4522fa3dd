// What a page must never have, whatever it shows.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe-core finds wrong by WCAG 2.2 AA and its own best practices. */
export async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  const results = await page.evaluate(() =>
    (globalThis as unknown as { axe: { run: (options: unknown) => Promise<AxeResults> } }).axe.run({
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
      rules: { 'color-contrast-enhanced': { enabled: true } },
    }));
  return results.violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 160)} ${node.failureSummary?.split('\n')[1] ?? ''}`));
}

/** What stands out of the page or is cut off. */
export function clipped(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found = [];
    if (document.documentElement.scrollWidth > innerWidth) found.push('the page scrolls sideways');
    for (const element of document.querySelectorAll<HTMLElement>('main *, header *, nav *')) {
      const box = element.getBoundingClientRect();
      const hidden = element.matches('.heard') || element.closest('thead') !== null;
      if (!hidden && box.width > 0 && (box.right > innerWidth + 1 || box.left < -1)) found.push(`outside: ${element.outerHTML.slice(0, 80)}`);
      if (!hidden && element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 0 && getComputedStyle(element).display !== 'inline') {
        found.push(`cut off: ${element.outerHTML.slice(0, 80)}`);
      }
    }
    return found;
  });
}
