// The numbers: an empty city, one a day old, and one with a fictional year behind it, made through the kiosks' API of the
// real gateway; every picture looked at by axe-core in both languages and text sizes.

import { randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Agent, request } from 'node:https';
import { join } from 'node:path';
import type { AxeResults } from 'axe-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Desk, out, type Account, type Tablet } from './desk';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const hour_s = 3600;
const day_s = 24 * hour_s;
const today = Math.floor(Date.now() / 1000 / hour_s) * hour_s;

let desk: Desk;
let staff: Account;
let tablet: Tablet;
/** Many, since each may ask five times a second only. */
let kiosks: Agent[] = [];

beforeAll(async () => {
  desk = await Desk.open([], { 'upkeep-every': '2' });
  staff = desk.account('yamada-taro', 'staff');
  kiosks = Array.from({ length: 16 }, (_, at) => {
    const files = desk.makeKiosk(`kiosk-${String(at + 1).padStart(3, '0')}`);
    return new Agent({
      keepAlive: true, maxSockets: 1, ca: readFileSync(files.ca), cert: readFileSync(files.certificate), key: readFileSync(files.key),
      servername: 'localhost',
    });
  });
  tablet = await desk.tablet();
  await tablet.logIn(staff);
});
afterAll(async () => {
  for (const kiosk of kiosks) kiosk.destroy();
  expect(tablet.complaints).toEqual([]);
  expect(await desk.close()).toBe(0);
});

let told = 0;

/** As a kiosk does: with its certificate and a key of its own, and again when the gateway is busy. */
async function post(path: string, body: unknown): Promise<number> {
  const kiosk = kiosks[(told += 1) % kiosks.length]!;
  const key = randomUUID();
  for (;;) {
    const status = await postOnce(kiosk, key, path, JSON.stringify(body));
    if (status !== 503) return status;
    await new Promise((done) => setTimeout(done, 1000));
  }
}

function postOnce(agent: Agent, key: string, path: string, json: string): Promise<number> {
  return new Promise((found, failed) => {
    const asked = request(`https://${desk.kioskAddress}${path}`, {
      agent, method: 'POST', headers: { 'Content-Type': 'application/json', 'Idempotency-Key': key, 'Content-Length': Buffer.byteLength(json) },
    }, (answer) => { answer.resume(); answer.on('end', () => found(answer.statusCode!)); });
    asked.on('error', failed);
    asked.end(json);
  });
}

/** The same city each time. */
function dice(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return Math.floor((state / 2147483648) * limit);
  };
}

const screens = ['place_card', 'reading_card', 'pin', 'identifying', 'kind', 'options', 'review', 'preparing', 'pay', 'printing', 'take', 'satisfaction'];
/** How many of a hundred give up there. */
const gives_up = [4, 1, 9, 2, 3, 2, 3, 1, 5, 1, 0, 0];

async function someUse(throwDice: (limit: number) => number, hour: number): Promise<void> {
  const steps: { name: string; seconds: number }[] = [];
  let ended_at = '';
  for (let at = 0; at < screens.length && ended_at === ''; ++at) {
    const slow = throwDice(10) === 0 ? 60 : 0;
    steps.push({ name: screens[at]!, seconds: 5 * (1 + throwDice(5)) + slow });
    if (throwDice(100) < gives_up[at]!) ended_at = screens[at]!;
  }
  const outcome = ended_at === '' ? 'finished' : ['cancelled', 'left', 'refused', 'failed'][throwDice(4)]!;
  const language = throwDice(12) === 0 ? 'en' : 'ja';
  const text_size = ['m', 'm', 'm', 'l', 'xl'][throwDice(5)]!;
  expect(await post('/v1/flows', { flow: 'certificate', outcome, ended_at, language, text_size, hour, steps })).toBe(200);
}

async function someHelp(throwDice: (limit: number) => number, hour: number, better: number): Promise<void> {
  const topics = ['certificate', 'touch_basics', 'smartphone', 'line_friend', 'online_application', 'mynaportal', 'cashless', 'fraud'];
  const satisfaction = throwDice(4) === 0 ? undefined : throwDice(100) < 62 + better ? 4 + throwDice(2) : 1 + throwDice(3);
  const record = {
    topic: topics[Math.min(throwDice(8), throwDice(8))], language: throwDice(15) === 0 ? 'en' : 'ja',
    outcome: ['solved', 'solved', 'partly', 'handed_over', 'not_said'][throwDice(5)], minutes: 5 + throwDice(25), began_at: hour,
    ...(satisfaction && { satisfaction }),
  };
  expect(await post(`/v1/help/sessions/${randomUUID()}/record`, record)).toBe(200);
}

async function someTalk(throwDice: (limit: number) => number, hour: number): Promise<void> {
  const answered = throwDice(7) > 0;
  const record = {
    topic: ['general', 'general', 'welfare', 'interpreter', 'lawyer', 'doctor'][throwDice(6)], language: throwDice(3) === 0 ? 'vi' : 'ja',
    outcome: answered ? ['solved', 'partly', 'call_back', 'not_said'][throwDice(4)] : 'left', waited_s: 5 * throwDice(80),
    minutes: answered ? 4 + throwDice(30) : 0, began_at: hour, lowest: ['p720', 'p720', 'p480', 'p240', 'audio'][throwDice(5)],
    ...(answered && throwDice(3) > 0 && { satisfaction: 3 + throwDice(3) }),
  };
  expect(await post(`/v1/consultations/${randomUUID()}/record`, record)).toBe(200);
}

async function violations(): Promise<string[]> {
  await tablet.page.evaluate(axe);
  const results = await tablet.page.evaluate(() =>
    (globalThis as unknown as { axe: { run: (options: unknown) => Promise<AxeResults> } }).axe.run({
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
      rules: { 'color-contrast-enhanced': { enabled: true } },
    }));
  return results.violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 160)}`));
}

async function look(picture: string): Promise<void> {
  expect(await tablet.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${picture} scrolls sideways`).toBe(true);
  // The largest text makes the page higher than a picture may be.
  await tablet.page.screenshot({ path: join(out, `${picture}.png`), fullPage: !picture.includes('-xl-') });
  expect(await violations(), picture).toEqual([]);
}

async function show(language: string, size: string, waitFor: string): Promise<void> {
  await tablet.open('#/stats');
  await tablet.page.click(`[data-key="language.${language}"]`);
  await tablet.page.click(`[data-key="size.${size}"]`);
  await tablet.page.waitForSelector(waitFor);
}

it('nobody has come yet', async () => {
  for (const language of ['ja', 'en']) {
    await show(language, 'm', '.empty');
    await look(`empty-${language}`);
  }
});

it('one day old', async () => {
  const throwDice = dice(1);
  for (let use = 0; use < 9; ++use) await someUse(throwDice, today);
  for (let session = 0; session < 3; ++session) await someHelp(throwDice, today, 10);
  await show('ja', 'm', '.plot');
  await look('one-day');
  expect(await tablet.page.locator('.numbers:not(.guide) svg.plot').count()).toBe(3);
});

it('a year', { timeout: 600_000 }, async () => {
  const throwDice = dice(2);
  for (let day = 340; day > 0; --day) {
    // A kiosk becomes known, and fewer come in August and over New Year.
    const busy = 1 + Math.floor(((340 - day) / 340) * 4) + throwDice(3);
    for (let use = 0; use < busy; ++use) await someUse(throwDice, today - day * day_s + (throwDice(9) - 4) * hour_s);
    for (let session = 0; session < 1 + throwDice(2); ++session) {
      await someHelp(throwDice, today - day * day_s + (throwDice(7) - 3) * hour_s, ((340 - day) / 340) * 25);
    }
    if (day % 2 === 0) await someTalk(throwDice, today - day * day_s + (throwDice(7) - 3) * hour_s);
  }
  for (const [language, size, width] of [['ja', 'm', 1280], ['en', 'm', 1280], ['ja', 'xl', 800], ['en', 'xl', 800], ['ja', 'm', 800]] as const) {
    await tablet.page.setViewportSize({ width, height: 900 });
    await show(language, size, '.flow table');
    await look(`year-${language}-${size}-${width}`);
  }
  await tablet.page.setViewportSize({ width: 1280, height: 900 });
  await show('ja', 'm', '.flow table');
  expect(await tablet.page.textContent('.flow')).toContain('最も多くの利用が終わった画面は「暗証番号の入力」です');
  await tablet.page.pdf({ path: join(out, 'year.pdf'), format: 'A4' });
});

it('the last thirty days, and days that are none', async () => {
  await tablet.page.click('[data-key="stats.month"]');
  await tablet.page.waitForSelector('table[aria-label="日ごとの数字"]');
  await look('thirty-days');
  await tablet.page.fill('#stats-from', '2026-11-20');
  await tablet.page.fill('#stats-to', '2026-11-01');
  await tablet.page.click('.span button[type=submit]');
  await tablet.page.waitForSelector('.news.bad:not(:empty)');
  expect(await tablet.news()).toContain('終了日は開始日以降');
  await tablet.page.fill('#stats-to', '2026-11-20');
  await tablet.page.keyboard.press('Enter');
  await tablet.page.waitForFunction(() => document.querySelector('.news')!.textContent === '');
});

it('the procedure guide: what staff enter is drawn, and a correction takes its place', async () => {
  await show('ja', 'm', '#guide-month');
  const enter = async (month: string, event: string, users: string, procedures: string) => {
    await tablet.page.fill('#guide-month', month);
    await tablet.page.selectOption('#guide-event', event);
    await tablet.page.fill('#guide-users', users);
    await tablet.page.fill('#guide-procedures', procedures);
    const news = tablet.page.locator('.guide .news');
    const before = await news.textContent();
    await tablet.page.click('.guide form button.primary');
    await expect.poll(() => news.textContent()).not.toBe(before);
    return news.textContent();
  };
  expect(await enter('2026-10', 'birth', '30', '20')).toContain('手続き総件数より多く');
  expect(await enter('2030-01', 'birth', '1', '20')).toContain('まだ来ていない月');
  expect(await enter('2026-08', 'birth', '31', '262')).toBe('2026年8月の「出生」を保存しました。');
  expect(await enter('2026-09', 'birth', '３９', '2,71')).toContain('2026年9月の「出生」を保存しました。');
  expect(await enter('2026-09', 'birth', '39', '258')).toContain('置きかえました');
  // The rest of a year by the command, as a whole file; first one that is bad.
  const file = join(out, 'figures.csv');
  const rows = ['年月,手続き,利用人数,手続き総件数'];
  const rates = { 転入: [1600, 6], 転出: [1560, 4], 結婚: [139, 16], 出生: [265, 13], 離婚: [52, 35], おくやみ: [341, 19] } as const;
  for (let month = 0; month < 11; ++month) {
    const at = new Date(Date.UTC(2025, 11 + month)).toISOString().slice(0, 7);
    for (const [event, [all, percent]] of Object.entries(rates)) {
      rows.push(`${at},${event},${Math.round((all * (percent + month * 0.6)) / 100)},"${all.toLocaleString('en')}"`);
    }
  }
  writeFileSync(file, [...rows, '2026-10,引越し,1,2', '2026-13,転入,1,2', ''].join('\r\n'));
  const bad = desk.numbersCommand(['guide', '--file', file]);
  expect(bad).toMatchObject({ status: 2, stdout: '' });
  expect(bad.stderr).toContain(`${file}:68: the event '引越し' is not known`);
  expect(bad.stderr).toContain(`${file}:69: the month is written as 2026-10`);
  expect(bad.stderr).toContain('nothing of it was taken in');
  writeFileSync(file, rows.join('\r\n'));
  expect(desk.numbersCommand(['guide', '--file', file])).toMatchObject({ status: 0, stdout: '66 figures, 2 of them in the place of others\n' });
  expect(desk.numbersCommand(['guide', '--file', join(out, 'none.csv')]).status).toBe(2);
  expect(desk.numbersCommand(['guide']).status).toBe(2);
  for (const [language, size, width] of [['ja', 'm', 1280], ['en', 'm', 1280], ['ja', 'xl', 800], ['en', 'xl', 800]] as const) {
    await tablet.page.setViewportSize({ width, height: 900 });
    await tablet.page.reload();
    await show(language, size, '.guide tbody tr:nth-child(11)');
    // The page may be drawing itself anew after the press on the size.
    await expect.poll(() => tablet.page.locator('.guide tbody tr').count()).toBe(12);
    await tablet.page.locator('.guide').screenshot({ path: join(out, `guide-${language}-${size}.png`) });
    expect(await violations(), `guide ${language} ${size}`).toEqual([]);
    expect(await tablet.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
  }
  await tablet.page.setViewportSize({ width: 1280, height: 900 });
});

it('a finished month is to be had, in the console and by everybody', async () => {
  await tablet.open('#/stats');
  await tablet.page.waitForSelector('.flow table');
  const links = tablet.page.locator('.downloads a');
  await expect.poll(async () => {
    await tablet.page.reload();
    await tablet.page.waitForSelector('.flow table');
    return links.count();
  }, { timeout: 60_000, interval: 1_000 }).toBeGreaterThan(9);
  const download = tablet.page.waitForEvent('download');
  await links.last().click();
  const csv = readFileSync(await (await download).path());
  expect(csv.subarray(0, 3)).toEqual(Buffer.from([0xef, 0xbb, 0xbf]));
  expect(csv.toString()).toContain('272035,1,大阪府,豊中市,');
  expect(csv.toString()).toContain(',*,');
  const again = await desk.publicGet('/opendata/kiosk_use.txt');
  expect(again).toContain('CC BY');
  expect(await desk.publicGet('/opendata/kiosk_use.csv')).toContain('都道府県コード又は市区町村コード,NO,');
});

it('a volunteer sees the totals of help; a link leads here', async () => {
  const volunteer = desk.account('sato.hanako', 'volunteer');
  const before = tablet;
  tablet = await desk.tablet();
  await tablet.logIn(volunteer);
  await tablet.page.goto(new URL('stats', tablet.page.url().split('#')[0]).href);
  await tablet.page.waitForSelector('.plot');
  expect(tablet.page.url()).toContain('/console/#/stats');
  await look('volunteer');
  expect(await tablet.page.locator('.numbers:not(.guide) svg.plot').count()).toBe(1);
  expect(await tablet.page.locator('.flow').count()).toBe(0);
  const status = await tablet.page.evaluate(async () => (await fetch('/console/api/open_data/2026-10')).status);
  expect(status).toBe(403);
  expect(await tablet.page.evaluate(async () => (await fetch('/console/api/guide')).status)).toBe(403);
  expect(await tablet.page.locator('.guide').count()).toBe(0);
  expect(tablet.complaints).toEqual([]);
  await tablet.close();
  tablet = before;
});
